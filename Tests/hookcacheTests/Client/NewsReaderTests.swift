import Testing

@testable import hookcache

@Suite struct NewsReaderTests {
    @Test func eventsAreReadInWhateverPiecesTheyCome() {
        let text =
            ": hello\n\nevent: stored\ndata: {\"path\":\"/a\"}\n\n: alive\n\nevent: x\ndata: {\"path\":\"/b\"}\n\n"
        for size in [1, 2, 7, 1_000] {
            var reader = NewsReader()
            var news: [JSONValue] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                news += reader.read(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect(news.compactMap { $0["path"]?.string } == ["/a", "/b"])
        }
    }

    @Test func aLineWithoutEndIsLeftOutAndTheNextOneRead() {
        var reader = NewsReader()
        let long = Array(repeating: UInt8(ascii: "x"), count: NewsReader.lineLimit + 1)
        #expect(reader.read(Array("data: ".utf8) + long + Array("\ndata: nonsense\ndata: 7\n".utf8)) == [.integer(7)])
    }
}
