import Foundation

/// The permission bits of a file.
struct FilePermissions: Equatable, CustomStringConvertible {
    var bits: Int

    /// The bits of a file, or nil where there is none.
    static func mode(of path: String) -> FilePermissions? {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let bits = attributes[.posixPermissions] as? NSNumber
        else { return nil }
        return FilePermissions(bits: bits.intValue)
    }

    /// Whether nobody but the owner can do anything with it.
    var isPrivate: Bool { self.bits & 0o077 == 0 }

    var description: String { String(self.bits & 0o777, radix: 8) }
}
