import Crypto
import Foundation
import Glibc

/// A file of random bytes that only its owner reads, made at the first start.
enum SecretFile {
    /// The bytes of a file, or new random ones that are written to it with mode 0600.
    ///
    /// - Throws: ``NodeError`` that names the file.
    static func loadOrCreate(at path: String, byteCount: Int) throws(NodeError) -> [UInt8] {
        if let bytes = try load(path) {
            guard bytes.count >= byteCount else {
                throw NodeError(
                    "\(path) holds \(bytes.count) bytes and should hold \(byteCount): remove it to make a new one"
                )
            }
            return bytes
        }
        let bytes = random(byteCount)
        try make(bytes, at: path)
        return bytes
    }

    /// The text of a file, or a new random one in lower-case hexadecimal.
    static func loadOrCreateText(at path: String, byteCount: Int) throws(NodeError) -> String {
        if let bytes = try load(path) {
            let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard !text.isEmpty else { throw NodeError("\(path) is empty: remove it to make a new one") }
            return text
        }
        let text = random(byteCount).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        try make(Array("\(text)\n".utf8), at: path)
        return text
    }

    /// New random bytes.
    static func random(_ count: Int) -> [UInt8] {
        SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { Array($0) }
    }

    /// Writes a file of mode 0600 where there is none.
    ///
    /// - Throws: ``NodeError`` that names the file; what is there already stays.
    static func create(_ bytes: [UInt8], at path: String) throws(NodeError) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            if errno == EEXIST { throw NodeError("\(path) is there already and is not overwritten") }
            throw NodeError("\(path) cannot be made: \(String(cString: strerror(errno)))")
        }
        // What the process's mask took away does no harm, and it adds nothing.
        let isWritten = Glibc.write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        close(file)
        guard isWritten else {
            unlink(path)
            throw NodeError("\(path) cannot be written: see to the space on its disk")
        }
    }

    private static func load(_ path: String) throws(NodeError) -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw NodeError("\(path) cannot be read: check its owner and mode")
        }
        if let mode = FilePermissions.mode(of: path), !mode.isPrivate {
            throw NodeError("\(path) is open to others (mode \(mode)): chmod 600 \(path)")
        }
        return Array(data)
    }

    private static func make(_ bytes: [UInt8], at path: String) throws(NodeError) {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw NodeError("\(folder) cannot be made: \(error.localizedDescription)", cause: error)
        }
        try create(bytes, at: path)
    }
}
