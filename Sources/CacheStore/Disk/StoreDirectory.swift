import Foundation
import Logging
import Synchronization

/// The directory of the store's files, held by one process at a time.
final class StoreDirectory: Sendable {
    static let databaseName = "hookcache.sqlite"
    static let lockName = "hookcache.lock"
    private static let ownerOnly: mode_t = 0o600

    let databasePath: String
    /// The locked file; nil once it was released.
    private let lock: Mutex<Int32?>

    /// Makes the directory where it is missing, takes its lock, and sees to the modes of the files.
    init(_ path: String, logger: Logger) throws(StoreError) {
        try Self.make(path, logger: logger)
        databasePath = path + "/" + Self.databaseName
        let file = try Self.takeLock(path)
        lock = Mutex(file)
        do {
            // SQLite gives its other files the mode of the first, which therefore exists before SQLite sees it.
            close(try Self.openOwnerOnly(databasePath, directory: path))
            for suffix in ["-wal", "-shm"] where access(databasePath + suffix, F_OK) == 0 {
                close(try Self.openOwnerOnly(databasePath + suffix, directory: path))
            }
        } catch {
            release()
            throw error
        }
    }

    deinit {
        release()
    }

    /// Lets another process have the directory.
    func release() {
        let file = lock.withLock { file in
            defer { file = nil }
            return file
        }
        if let file { close(file) }
    }

    private static func make(_ path: String, logger: Logger) throws(StoreError) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            do {
                try FileManager.default.createDirectory(
                    atPath: path,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
            } catch {
                throw StoreError(
                    .unwritable,
                    "cannot make the directory \(path): choose one that can be written with CACHE_DIR",
                    cause: error
                )
            }
            return
        }
        guard isDirectory.boolValue else {
            throw StoreError(.unwritable, "\(path) is not a directory: choose another one with CACHE_DIR")
        }
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & 0o077 != 0 {
            logger.warning(
                "The store's directory is open to other users; its files are not",
                metadata: ["directory": "\(path)", "mode": "\(String(status.st_mode & 0o7777, radix: 8))"]
            )
        }
    }

    /// Does something in a directory while no other process has it.
    static func hold<Result>(_ path: String, _ work: () throws -> Result) throws -> Result {
        let lock = try Self.takeLock(path)
        defer { close(lock) }
        return try work()
    }

    private static func takeLock(_ directory: String) throws(StoreError) -> Int32 {
        let path = directory + "/" + lockName
        let file = try openOwnerOnly(path, directory: directory)
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            var holder = [UInt8](repeating: 0, count: 32)
            let count = max(0, read(file, &holder, holder.count))
            close(file)
            let digits = holder.prefix(count).prefix { (0x30...0x39).contains($0) }
            let process = digits.isEmpty ? "" : " (process \(String(decoding: digits, as: UTF8.self)))"
            throw StoreError(
                .inUse,
                "another hookcache\(process) uses the directory \(directory): stop it, or choose another one with "
                    + "CACHE_DIR"
            )
        }
        let text = Array("\(getpid())\n".utf8)
        // Who holds the lock is told for people only.
        if ftruncate(file, 0) == 0 { _ = write(file, text, text.count) }
        return file
    }

    private static func openOwnerOnly(_ path: String, directory: String) throws(StoreError) -> Int32 {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, ownerOnly)
        guard file >= 0 else {
            let reason = String(cString: strerror(errno))
            throw StoreError(
                .unwritable,
                "cannot write \(path) (\(reason)): make \(directory) writable, or choose another one with CACHE_DIR"
            )
        }
        fchmod(file, ownerOnly)
        return file
    }
}
