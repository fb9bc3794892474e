package import Foundation

/// Reference data that may stand beside the checkout; tests that use it skip, and say so, when it is not there.
package enum SharedData {
    /// The folder, or nil on a fresh clone.
    package static let root: URL? = {
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let candidate = checkout.deletingLastPathComponent().appending(path: "shared")
        return FileManager.default.fileExists(atPath: candidate.path) ? candidate : nil
    }()

    /// Whether a file or folder of it is there.
    package static func has(_ path: String) -> Bool {
        guard let root else { return false }
        return FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    /// The bytes of one file of it.
    package static func bytes(_ path: String) throws -> [UInt8] {
        guard let root else { throw CocoaError(.fileNoSuchFile) }
        return try [UInt8](Data(contentsOf: root.appending(path: path)))
    }

    /// Every file below a folder of it, as paths relative to the root, sorted.
    package static func files(under path: String) -> [String] {
        guard let root else { return [] }
        let base = root.appending(path: path)
        let found = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
        return found.sorted().map { "\(path)/\($0)" }
    }
}
