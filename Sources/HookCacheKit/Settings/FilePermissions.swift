import Foundation

/// The permission bits of a file.
struct FilePermissions: Equatable, CustomStringConvertible {
    var bits: Int

    /// The bits of a file, or nil where there is none; a link is looked through, for its own bits mean nothing.
    static func mode(of path: String) -> FilePermissions? {
        guard let bits = attributes(of: path)?[.posixPermissions] as? NSNumber else { return nil }
        return FilePermissions(bits: bits.intValue)
    }

    /// Whether there is a plain file of no more than so many bytes, so that reading it comes to an end.
    static func isFile(_ path: String, ofAtMost limit: Int) -> Bool {
        guard let attributes = attributes(of: path), let size = attributes[.size] as? NSNumber else { return false }
        return attributes[.type] as? FileAttributeType == .typeRegular && size.intValue <= limit
    }

    private static func attributes(of path: String) -> [FileAttributeKey: Any]? {
        try? FileManager.default.attributesOfItem(atPath: URL(filePath: path).resolvingSymlinksInPath().path)
    }

    /// Whether nobody but the owner can do anything with it.
    var isPrivate: Bool { self.bits & 0o077 == 0 }

    var description: String { String(self.bits & 0o777, radix: 8) }
}
