import Glibc

/// The permission bits of a file.
struct FilePermissions: Equatable, CustomStringConvertible {
    var bits: Int

    /// The bits of a file, or nil where there is none; a link is looked through, for its own bits mean nothing.
    static func mode(of path: String) -> FilePermissions? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return FilePermissions(bits: Int(status.st_mode) & 0o7777)
    }

    /// Whether there is a plain file of no more than so many bytes, so that reading it comes to an end.
    static func isFile(_ path: String, ofAtMost limit: Int) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size <= limit
    }

    /// Whether nobody but the owner can do anything with it.
    var isPrivate: Bool { self.bits & 0o077 == 0 }

    var description: String { String(self.bits & 0o777, radix: 8) }
}
