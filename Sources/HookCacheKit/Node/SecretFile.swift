import Crypto
import Foundation

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
        let bytes = SymmetricKey(size: SymmetricKeySize(bitCount: byteCount * 8)).withUnsafeBytes { Array($0) }
        try create(bytes, at: path)
        return bytes
    }

    /// The text of a file, or a new random one in lower-case hexadecimal.
    static func loadOrCreateText(at path: String, byteCount: Int) throws(NodeError) -> String {
        if let bytes = try load(path) {
            let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            guard !text.isEmpty else { throw NodeError("\(path) is empty: remove it to make a new one") }
            return text
        }
        let bytes = SymmetricKey(size: SymmetricKeySize(bitCount: byteCount * 8)).withUnsafeBytes { Array($0) }
        let text = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        try create(Array("\(text)\n".utf8), at: path)
        return text
    }

    private static func load(_ path: String) throws(NodeError) -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw NodeError("\(path) cannot be read: check its owner and mode")
        }
        return Array(data)
    }

    private static func create(_ bytes: [UInt8], at path: String) throws(NodeError) {
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
        guard
            FileManager.default.createFile(
                atPath: path,
                contents: Data(bytes),
                attributes: [.posixPermissions: 0o600]
            )
        else { throw NodeError("\(path) cannot be written: check the folder's owner, mode and space") }
    }
}
