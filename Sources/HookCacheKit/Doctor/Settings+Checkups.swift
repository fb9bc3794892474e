package import CacheCore
import CacheNode
import CacheStore
import Foundation
import GitHubClient
import GitHubCore
package import Logging
import Multiformats

/// What can be looked at without a node, as its settings say where everything is. Nothing is made or changed.
extension Settings {
    /// GitHub, and the webhooks of what is watched, asked with the credential of the settings.
    ///
    /// - Throws: ``NodeError`` where the settings do not say whom to ask.
    package func gitHubCheckups(logger: Logger) async throws(NodeError) -> [Checkup] {
        let origin = GitHubOrigin(try GitHubOrigin.Configuration(self), logger: logger)
        let hooks = freshness.watch.compactMap { Scope($0.description) }.map { scope in
            var facts = HookFacts(scope)
            facts.url = webhook.publicURL
            facts.takesLog = webhook.takesLog
            return facts
        }
        let now = { @Sendable in Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }
        let examination = GitHubExamination(origin: origin, hookAdmin: GitHubHookAdmin(origin), now: now)
        let checkups = await examination.run(hooks)
        await origin.shutdown()
        return checkups
    }

    /// The node's folder, and the files in it and beside it that are its owner's alone.
    package func fileCheckups() -> [Checkup] {
        let folder = storage.directory
        let files =
            [
                ("the node's key", NodeIdentity.keyFile(in: folder)),
                ("the key that names credentials", folder + "/credential-key"),
                ("the control token", api.controlTokenFile), ("the socket", api.socket),
                ("the database", StoreExamination.databasePath(in: folder)),
            ] + (mesh.swarmKeyFile.map { [("the swarm key", $0)] } ?? [])
        return Checkup.ofFiles(
            [facts("the node's folder", folder, isFolder: true)] + files.map { facts($0.0, $0.1, isFolder: false) }
        )
    }

    private func facts(_ what: String, _ path: String, isFolder: Bool) -> Checkup.FileFacts {
        Checkup.FileFacts(what, path: path, mode: FilePermissions.mode(of: path)?.bits, isFolder: isFolder)
    }

    /// The store: whether it can be written, has room, and is sound.
    package func storeCheckups() -> [Checkup] {
        var facts = Checkup.StoreFacts(folder: storage.directory)
        let database = StoreExamination.databasePath(in: storage.directory)
        // The folder itself may be made at the first start, within the nearest one that is there.
        let place = Self.nearestFolder(to: storage.directory)
        facts.refusal = Self.refusal(in: place)
        facts.free = Self.freeBytes(at: place)
        facts.database = Self.length(of: database)
        facts.log = Self.length(of: database + "-wal") ?? 0
        if facts.database != nil { facts.damages = try? StoreExamination.damages(in: storage.directory) }
        return Checkup.ofStore(facts)
    }

    private static func nearestFolder(to path: String) -> String {
        var url = URL(filePath: path)
        while url.pathComponents.count > 1, access(url.path, F_OK) != 0, errno == ENOENT {
            url.deleteLastPathComponent()
        }
        return url.path
    }

    /// Why no file can be made in a folder, or nil: one is made, and removed again.
    private static func refusal(in folder: String) -> String? {
        let path = "\(folder)/.hookcache-doctor-\(getpid())"
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return String(cString: strerror(errno)) }
        close(file)
        unlink(path)
        return nil
    }

    private static func freeBytes(at path: String) -> Int64? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        return Int64(clamping: UInt64(status.f_bavail) &* UInt64(status.f_frsize))
    }

    private static func length(of path: String) -> Int64? {
        let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber
        return size?.int64Value
    }

    /// The addresses that the node listens at, or would.
    package func portCheckups(isRunning: Bool, hasSecret: Bool) -> [Checkup] {
        let ports: [(Checkup.PortFacts.Purpose, ListenAddress)] = [
            (.webhook, webhook.listen), (.api, api.listen), (.mesh, mesh.listen),
        ]
        return ports.map { purpose, address in
            let facts = Checkup.PortFacts(
                purpose,
                address: "\(address)",
                isLoopback: address.isLoopback,
                finding: Self.finding(at: address, isRunning: isRunning)
            )
            return Checkup.ofPort(facts, isRunning: isRunning, hasSecret: hasSecret)
        }
    }

    private static func finding(at address: ListenAddress, isRunning: Bool) -> Checkup.PortFacts.Finding {
        guard address.port != 0 else { return .anyPort }
        guard !isRunning else {
            return TCPProbe.connect(address.host, port: address.port) == nil ? .listening : .free
        }
        guard let refusal = TCPProbe.bind(address.host, port: address.port) else { return .free }
        return refusal.isInUse ? .listening : .refused(refusal.words)
    }

    /// The peers to dial, and those that are connected.
    ///
    /// - Parameters:
    ///   - connected: The ids of the connected peers; nil where no node runs.
    ///   - addresses: The running node's addresses.
    /// - Returns: How each stands.
    package func peerCheckups(connected: [String]?, addresses: [String]) -> [Checkup] {
        let bootstrap = mesh.bootstrapPeers.map { address -> (address: String, peer: String, failure: String?) in
            let peer = address.peerID?.description ?? ""
            if connected?.contains(peer) == true { return (address.description, peer, nil) }
            guard let place = Self.place(of: address) else {
                return (address.description, peer, "it is no TCP address")
            }
            return (address.description, peer, TCPProbe.connect(place.host, port: place.port)?.words)
        }
        // Without a key there is nothing to say, and none is made here.
        let hasKey = FilePermissions.mode(of: storage.directory + "/node-key") != nil
        let own = connected == nil && hasKey ? (try? peerAddresses()) ?? [] : addresses
        return Checkup.ofPeers(connected: connected, bootstrap: bootstrap, own: own)
    }

    private static func place(of address: Multiaddr) -> (host: String, port: Int)? {
        guard address.components.count >= 2, case .tcp(let port) = address.components[1] else { return nil }
        let host: String? =
            switch address.components[0] {
            case .ip4(let host): "\(host)"
            case .ip6(let host): "\(host)"
            case .dns4(let host), .dns6(let host): "\(host)"
            default: nil
            }
        return host.map { ($0, Int(port)) }
    }
}
