import CacheCore
import Foundation
import HookCacheKit

/// What is seen of the running node over its socket, if there is one.
struct NodeView {
    /// How it stands.
    let checkup: Checkup
    /// Whether it answers.
    let isRunning: Bool
    /// Whether it has a secret, so that it listens for webhooks.
    var hasSecret = false
    /// What it says of what it alone knows; nil where it does not.
    var told: [Checkup]?
    /// The ids of its peers; nil where it does not run.
    var connected: [String]?
    /// Its addresses.
    var addresses: [String] = []

    /// Asks the node of some settings.
    init(_ settings: Settings) async {
        let path = settings.api.socket
        let client = ControlClient(socket: path)
        do {
            let answer = try await client.request(.get, "doctor", wait: ControlClient.Limits.longWait).json()
            self.checkup = Checkup.ofSocket(.answering, path: path, isNotReady: answer["not_ready"]?.string)
            self.isRunning = true
            self.hasSecret = answer["has_secret"] == .bool(true)
            self.told = answer.rows("checks").compactMap { Checkup($0) }
        } catch let error as CommandError where error.code == .unavailable {
            self.checkup = Checkup.ofSocket(access(path, F_OK) == 0 ? .dead : .absent, path: path)
            self.isRunning = false
            return
        } catch {
            let isForeign = access(path, R_OK | W_OK) != 0
            let message = (error as? CommandError)?.message ?? "\(error)"
            self.checkup =
                isForeign
                ? Checkup.ofSocket(.foreign, path: path)
                : .fail("node", message, remedy: "see its log; end it and start it again")
            self.isRunning = !isForeign
            return
        }
        guard let peers = try? await client.get("peers") else { return }
        self.connected = peers.rows("peers").compactMap { $0["peer_id"]?.string }
        self.addresses = peers.rows("addresses").compactMap(\.string)
    }
}
