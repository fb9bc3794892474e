import CacheCore
import CacheMesh
import CacheNode
import CacheStore
import GitHubClient
import GitHubCore
import LibP2P
import MeshCore
import Multiformats
import NodeServer

extension CacheStore.Configuration {
    /// What the settings say of the store.
    init(_ settings: Settings) {
        self.init(
            directory: settings.storage.directory,
            maxEntries: settings.storage.maximumEntries,
            // What is left are the listeners' own copies.
            maxMemoryBytes: settings.storage.maximumMemory / 4 * 3,
            maxInbox: settings.webhook.inboxMaximum
        )
        limits.proofSeconds = ProofPolicy(settings).horizon
    }
}

extension ProofPolicy {
    /// What the settings say of proofs.
    init(_ settings: Settings) {
        self.init(
            ttl: Int(settings.freshness.proofTTL.components.seconds),
            grace: Int(settings.freshness.proofGrace.components.seconds)
        )
    }
}

extension GitHubOrigin.Configuration {
    /// What the settings say of GitHub.
    init(_ settings: Settings) throws(NodeError) {
        let app: GitHubApp?
        do {
            app = try settings.github.app.map { GitHubApp(id: $0.id, key: try AppKey(pem: $0.privateKey.value)) }
        } catch {
            throw NodeError("GITHUB_APP_PRIVATE_KEY_FILE: wants \(error)", cause: error)
        }
        do {
            self.init(
                upstream: try Upstream(settings.github.apiURL),
                fileHosts: try settings.github.fileHosts.mapValues { try Upstream($0) },
                token: settings.github.token.map { AccessToken($0.value) },
                app: app,
                version: HookCacheNode.version
            )
        } catch {
            throw NodeError("GITHUB_API_URL: \(error)", cause: error)
        }
        guard let patience = settings.github.patience else { return }
        timeouts.head = patience
        timeouts.read = patience
        timeouts.forwardHead = patience
        timeouts.answer = patience + .milliseconds(500)
    }
}

extension Mesh.Configuration {
    /// What the settings say of the mesh; makes the node's key where there is none.
    init(_ settings: Settings) throws(NodeError) {
        let mesh = settings.mesh
        if let wants = mesh.listenRefusal {
            throw NodeError("CACHE_LISTEN_HOST: got \"\(mesh.listen.host)\", wants \(wants)")
        }
        do throws(ShareRule.Refusal) {
            try mesh.shareRule.check(hasSwarmKey: mesh.swarmKey != nil)
        } catch {
            throw NodeError("\(error)", cause: error)
        }
        var host = Host.Configuration(
            identity: try NodeIdentity.loadOrCreate(inDirectory: settings.storage.directory)
        )
        host.listenHost = mesh.listen.host
        host.listenPort = mesh.listen.port
        host.swarmKey = mesh.swarmKey
        host.bootstrap = mesh.bootstrapPeers
        host.agentVersion = "hookcache/\(HookCacheNode.version)"
        self.init(host: host, membership: mesh.membership, share: mesh.shareRule)
    }
}

extension Node.Configuration {
    /// What the settings say of the node; makes the key that names credentials where there is none.
    init(_ settings: Settings) throws(NodeError) {
        let key = try SecretFile.loadOrCreate(at: settings.storage.directory + "/credential-key", byteCount: 32)
        let freshness = settings.freshness
        self.init(
            ttl: TTLPolicy(
                repositories: Int(freshness.repositoriesTTL.components.seconds),
                runs: Int(freshness.runsTTL.components.seconds),
                queue: Int(freshness.queueTTL.components.seconds),
                runners: Int(freshness.runnersTTL.components.seconds),
                other: Int(freshness.defaultTTL.components.seconds)
            ),
            proofs: ProofPolicy(settings),
            secrets: settings.webhook.secrets.map { WebhookSignature.Secret($0.value) },
            webhookURL: settings.webhook.publicURL,
            webhookReach: HookReach(apiURL: settings.github.apiURL),
            takesLog: settings.webhook.takesLog,
            watch: freshness.watch.compactMap { Scope($0.description) },
            credentialKey: key,
            ownCredential: settings.github.app.map { CredentialID(ofApp: $0.id, key: key) }
                ?? settings.github.token.map { CredentialID(ofToken: $0.value, key: key) }
        )
        isApp = settings.github.app != nil
        sharesPrivate = settings.mesh.share == .all
        prewarmJobs = settings.prewarm.jobs
        limits.prewarm = settings.prewarm.limits
        limits.retirement = settings.webhook.retirement
        if settings.webhook.takesLog {
            limits.recoverySchedule = .pull(every: Int64(settings.webhook.logPause / .milliseconds(1)))
        }
    }
}

extension ListenerConfiguration {
    /// What the settings say of the listeners; makes the control token where there is none.
    init(_ settings: Settings) throws(NodeError) {
        self.init()
        webhookHost = settings.webhook.listen.host
        webhookPort = settings.webhook.listen.port
        apiHost = settings.api.listen.host
        apiPort = settings.api.listen.port
        socketPath = settings.api.socket
        socketIsNode = settings.api.socketIdentity == .node
        apiHosts = settings.api.hosts
        upstreamURL = settings.github.apiURL
        limits.renditionBytes = min(limits.renditionBytes, settings.storage.maximumMemory / 8)
        controlToken = try SecretFile.loadOrCreateText(at: settings.api.controlTokenFile, byteCount: 32)
    }
}
