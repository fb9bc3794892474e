import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// The file of a Unix socket: bound in a private folder beside its place, closed to others, and only then moved there.
///
/// So there is no moment at which somebody else could connect, and a stale file is replaced in one step.
final class UnixSocketFile: Sendable {
    let binding: Binding
    let path: String
    private let folder: String
    private let installed = Mutex<ino_t?>(nil)

    private init(binding: Binding, path: String, folder: String) {
        self.binding = binding
        self.path = path
        self.folder = folder
    }

    /// Where to bind.
    var temporaryPath: String { folder + "/s" }

    /// Makes the private folder, unless a node answers at the path already.
    static func prepare(_ path: String, binding: Binding, group: any EventLoopGroup) async throws -> UnixSocketFile {
        try await refuseLiveSocket(at: path, binding: binding, group: group)
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        var template = Array("\(parent)/.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ListenError(binding, cause: IOError(errnoCode: errno, reason: "mkdtemp"))
        }
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return UnixSocketFile(binding: binding, path: path, folder: folder)
    }

    /// Closes the bound socket to others and moves it to its place.
    func install() throws(ListenError) {
        guard chmod(temporaryPath, 0o600) == 0, rename(temporaryPath, path) == 0 else {
            throw ListenError(binding, cause: IOError(errnoCode: errno, reason: "rename"))
        }
        installed.withLock { $0 = Self.inode(path) }
        rmdir(folder)
    }

    /// Removes what is left, but no other node's socket.
    func remove() {
        if let inode = installed.withLock({ $0 }) {
            if Self.inode(path) == inode { unlink(path) }
        } else {
            unlink(temporaryPath)
            rmdir(folder)
        }
    }

    private static func inode(_ path: String) -> ino_t? {
        var info = stat()
        return lstat(path, &info) == 0 ? info.st_ino : nil
    }

    private static func refuseLiveSocket(at path: String, binding: Binding, group: any EventLoopGroup) async throws {
        var info = stat()
        guard lstat(path, &info) == 0 else { return }
        guard info.st_mode & S_IFMT == S_IFSOCK else {
            throw ListenError(key: binding.key, address: path, reason: "there is a file that is no socket")
        }
        guard let channel = try? await ClientBootstrap(group: group).connect(unixDomainSocketPath: path).get() else {
            return
        }
        try? await channel.close()
        throw ListenError(key: binding.key, address: path, reason: "another node listens there")
    }
}
