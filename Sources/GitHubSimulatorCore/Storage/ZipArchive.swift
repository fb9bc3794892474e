/// A zip archive whose files are stored as they are (PKWARE's APPNOTE 6.3.10, method 0), without comments or dates.
struct ZipArchive {
    private struct Entry {
        let name: [UInt8]
        let checksum: UInt32
        let size: UInt32
        let offset: UInt32
    }

    private var local: [UInt8] = []
    private var entries: [Entry] = []

    init() {}

    /// An archive of some files.
    init(_ files: [(name: String, content: [UInt8])]) {
        for file in files { add(file.name, file.content) }
    }

    /// Adds a file; folders are part of its name.
    mutating func add(_ name: String, _ content: [UInt8]) {
        let entry = Entry(
            name: Array(name.utf8),
            checksum: CRC32.checksum(content),
            size: UInt32(clamping: content.count),
            offset: UInt32(clamping: local.count)
        )
        entries.append(entry)
        local += Self.word(0x0403_4B50) + Self.common(entry) + entry.name + content
    }

    /// The archive's bytes.
    var bytes: [UInt8] {
        var directory: [UInt8] = []
        for entry in entries {
            directory += Self.word(0x0201_4B50) + Self.half(Self.version) + Self.common(entry)
            // No comment, the first disk, and no attributes.
            directory += [UInt8](repeating: 0, count: 10) + Self.word(entry.offset) + entry.name
        }
        let count = Self.half(UInt16(clamping: entries.count))
        let end = Self.word(0x0605_4B50) + [UInt8](repeating: 0, count: 4) + count + count
        let place = Self.word(UInt32(clamping: directory.count)) + Self.word(UInt32(clamping: local.count))
        return local + directory + end + place + Self.half(0)
    }

    private static let version: UInt16 = 20
    /// Names are UTF-8.
    private static let flags: UInt16 = 1 << 11
    /// The first of January 1980, the earliest that there is.
    private static let date: UInt16 = 1 << 5 | 1

    /// What the two headers of a file have in common: version to length of the extra field.
    private static func common(_ entry: Entry) -> [UInt8] {
        half(version) + half(flags) + half(0) + half(0) + half(date) + word(entry.checksum) + word(entry.size)
            + word(entry.size) + half(UInt16(clamping: entry.name.count)) + half(0)
    }

    private static func half(_ value: UInt16) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    }

    private static func word(_ value: UInt32) -> [UInt8] {
        half(UInt16(truncatingIfNeeded: value)) + half(UInt16(truncatingIfNeeded: value >> 16))
    }
}
