import Crypto
import Glibc
package import LibP2PCore

/// The file that a node keeps its key in: a `PrivateKey` message, readable by its owner alone.
package enum IdentityFile {
    private static let maximumLength = 256

    /// Loads the key, or makes one where there is none.
    ///
    /// The file appears whole or not at all, and of two nodes that start at once both end with the same key.
    package static func loadOrCreate(at path: String) throws(HostError) -> KeyPair {
        if let found = try Self.load(at: path) { return found }
        let pair = try Self.make()
        let draft = Self.draft(of: path)
        defer { unlink(draft) }
        try Self.write(pair.message, to: draft)
        if link(draft, path) == 0 {
            try Self.syncFolder(of: path)
            return pair
        }
        guard errno == EEXIST, let found = try Self.load(at: path) else { throw Self.failure("create", path) }
        return found
    }

    /// Puts a new key in the place of the one that is there, if any.
    ///
    /// - Parameter path: The file, which is one key or the other at any time.
    /// - Returns: The key before, where it could be read, and the key now.
    /// - Throws: `HostError` that names the file.
    package static func replace(at path: String) throws(HostError) -> (old: KeyPair?, new: KeyPair) {
        // A key that others could read, or that is none, is as good a reason for a new one as any.
        let old = try? Self.load(at: path)
        let pair = try Self.make()
        let draft = Self.draft(of: path)
        defer { unlink(draft) }
        try Self.write(pair.message, to: draft)
        guard rename(draft, path) == 0 else { throw Self.failure("replace", path) }
        try Self.syncFolder(of: path)
        return (old, pair)
    }

    private static func make() throws(HostError) -> KeyPair {
        do {
            return try KeyPair(seed: Array(Curve25519.Signing.PrivateKey().rawRepresentation))
        } catch {
            throw HostError(.identityFile, "no key can be made", cause: error)
        }
    }

    private static func draft(of path: String) -> String {
        "\(path).\(getpid()).\(UInt32.random(in: .min ... .max))"
    }

    private static func load(at path: String) throws(HostError) -> KeyPair? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw Self.failure("read", path)
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw Self.failure("read", path) }
        guard status.st_mode & 0o077 == 0 else {
            throw HostError(.identityFile, "the key file \(path) is open to others; run chmod 600 on it")
        }
        var bytes = [UInt8](repeating: 0, count: Self.maximumLength)
        let count = read(file, &bytes, bytes.count)
        guard count >= 0 else { throw Self.failure("read", path) }
        do {
            return try KeyPair(message: Array(bytes.prefix(count)))
        } catch {
            throw HostError(.identityFile, "the file \(path) holds no Ed25519 private key", cause: error)
        }
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(HostError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.failure("create", path) }
        defer { close(file) }
        guard Glibc.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
            throw Self.failure("write", path)
        }
    }

    private static func syncFolder(of path: String) throws(HostError) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("open the folder of", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Self.failure("sync the folder of", path) }
    }

    private static func failure(_ verb: String, _ path: String) -> HostError {
        HostError(.identityFile, "cannot \(verb) the key file \(path): \(String(cString: strerror(errno)))")
    }
}
