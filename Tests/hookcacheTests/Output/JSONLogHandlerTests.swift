import Logging
import Synchronization
import Testing

@testable import hookcache

@Suite struct JSONLogHandlerTests {
    @Test func eachLineIsOneObjectWithItsFacts() throws {
        let lines = Mutex<[String]>([])
        var logger = Logger(label: "l") { label in
            JSONLogHandler(label: label) { line in lines.withLock { $0.append(line) } }
        }
        logger[metadataKey: "node"] = "A"
        logger.info("hello\n", metadata: ["list": ["a", "b"], "inner": ["k": "v"]])
        logger.debug("not this")
        let written = lines.withLock { $0 }
        #expect(written.count == 1 && written[0].hasSuffix("\n"))
        let object = try #require(JSONValue(written[0].utf8))
        #expect(object["message"] == .string("hello\n"))
        #expect(object["level"] == .string("info"))
        #expect(object["logger"] == .string("l"))
        #expect(object["node"] == .string("A"))
        #expect(object["list"] == .array([.string("a"), .string("b")]))
        #expect(object["inner.k"] == .string("v"))
        #expect(object["time"]?.string?.contains("T") == true)
    }
}
