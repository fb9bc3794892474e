package import CacheCore
package import LibP2PCore
public import Logging
package import MeshCore
package import Multiformats

/// Everything that an operator can set about a node, checked; what is not set has its default.
///
/// A program builds one from defaults and changes what it wants, or reads one with
/// ``init(flags:environment:file:)`` as the `hookcache` command does.
public struct Settings: Sendable, Equatable {
    /// GitHub and the node's credential there.
    public var github = GitHub()
    /// The webhook listener.
    public var webhook = Webhook()
    /// The API listener and the Unix socket.
    public var api: API
    /// The libp2p node.
    public var mesh = Mesh()
    /// How long answers count as fresh, and what is kept so without anyone asking.
    public var freshness = Freshness()
    /// What is fetched ahead of its readers.
    public var prewarm = Prewarm()
    /// The node's folder and its bounds.
    public var storage: Storage
    /// Logging.
    public var log = Log()
    /// What the operator should hear about but need not change.
    public internal(set) var warnings: [String] = []

    /// The defaults, for a node that keeps its data in a folder.
    public init(directory: String) {
        self.storage = Storage(directory: directory)
        self.api = API(directory: directory)
    }
}

extension Settings {
    /// GitHub and the node's credential there.
    public struct GitHub: Sendable, Equatable {
        /// The root of the REST API, without a slash at its end.
        public var apiURL = "https://api.github.com"
        /// The node's own token.
        public var token: Secret?
        /// The GitHub App that the node is, in place of a token.
        public var app: App?
        /// What stands in for GitHub's hosts of files, by their names: base URLs on loopback, for tests.
        package var fileHosts: [String: String] = [:]
        /// How long GitHub may take for anything, where tests have less time than GitHub's clients.
        package var patience: Duration?
    }

    /// A GitHub App.
    public struct App: Sendable, Equatable {
        /// Its number or its client id.
        public var id: String
        /// Its private key, in PEM.
        public var privateKey: Secret

        /// An App and its private key.
        public init(id: String, privateKey: Secret) {
            self.id = id
            self.privateKey = privateKey
        }
    }

    /// The webhook listener.
    public struct Webhook: Sendable, Equatable {
        /// Where it listens.
        public var listen = ListenAddress(host: "127.0.0.1", port: 8787)
        /// The secrets that are valid for any repository; hooks made by the node bring their own.
        public var secrets: [Secret] = []
        /// The public URL that a registered hook delivers to.
        public var publicURL: String?
        /// Deliveries that may wait before the listener answers 503.
        public var inboxMaximum = 65_536
        /// Whether events are taken from GitHub's delivery logs, for a node that GitHub cannot reach.
        public var takesLog = false
        /// The pause between two readings of such a log.
        package var logPause = Duration.seconds(30)
        /// When the old secret of a webhook goes that was given another.
        package var retirement = RetirementRule()
    }

    /// The API listener and the Unix socket.
    public struct API: Sendable, Equatable {
        /// As whom a request over the socket without `Authorization` is answered.
        public enum SocketIdentity: String, Sendable, CaseIterable {
            /// As nobody: public data only.
            case none
            /// As the node, for GETs of cacheable resources.
            case node
        }

        /// Where it listens on TCP.
        public var listen = ListenAddress(host: "127.0.0.1", port: 8788)
        /// The path of the Unix socket.
        public var socket: String
        /// As whom a request over the socket without `Authorization` is answered.
        public var socketIdentity = SocketIdentity.none
        /// Further `Host` names that it answers to, lower-case.
        public var hosts: [String] = []
        /// The file of the control token.
        public var controlTokenFile: String

        init(directory: String) {
            self.socket = directory + "/hookcache.sock"
            self.controlTokenFile = directory + "/control-token"
        }
    }

    /// The libp2p node.
    public struct Mesh: Sendable, Equatable {
        /// What may leave this node for its peers.
        public enum Share: String, Sendable, CaseIterable {
            /// What everybody may read on GitHub.
            case `public`
            /// What is private too, inside a private network.
            case all
            /// Nothing.
            case none
        }

        /// The address it listens on.
        public var listen = ListenAddress(host: "127.0.0.1", port: 9000)
        /// The peers to dial, each with its peer id at the end.
        package var bootstrapPeers: [Multiaddr] = []
        /// The private network's key; nil for a network that everybody may enter.
        package var swarmKey: SwarmKey?
        /// The file that the key is in, where it is in one.
        package var swarmKeyFile: String?
        /// The members, where they are listed; nil makes all holders of the swarm key members, or the bootstrap peers.
        package var allowedPeers: Set<PeerID>?
        /// What may leave this node.
        public var share = Share.public

        /// Whose signed word counts.
        package var membership: Membership {
            Membership(
                allowed: self.allowedPeers,
                bootstrap: Set(self.bootstrapPeers.compactMap(\.peerID)),
                hasSwarmKey: self.swarmKey != nil
            )
        }

        /// What may leave this node, as the mesh has it.
        package var shareRule: ShareRule {
            switch self.share {
            case .public: .public
            case .all: .all
            case .none: .none
            }
        }

        /// What the address to listen on should be instead, or nil where it does: strangers may come near only where a
        /// key or a list says who is none.
        package var listenRefusal: String? {
            guard !self.listen.isLoopback, self.swarmKey == nil, self.allowedPeers == nil else { return nil }
            return
                "a loopback address as long as neither CACHE_SWARM_KEY_FILE nor CACHE_ALLOWED_PEERS says who is a member"
        }
    }

    /// How long answers count as fresh, and what is kept so without anyone asking.
    public struct Freshness: Sendable, Equatable {
        /// The repositories and owners kept fresh without anyone asking.
        public var watch: [WatchTarget] = []
        /// For data of no other type.
        public var defaultTTL = Duration.seconds(300)
        /// For repositories.
        public var repositoriesTTL = Duration.seconds(600)
        /// For runs and jobs.
        public var runsTTL = Duration.seconds(120)
        /// For lists of what is queued.
        public var queueTTL = Duration.seconds(60)
        /// For runners.
        public var runnersTTL = Duration.seconds(300)
        /// How long a credential's proof of access to private data holds.
        public var proofTTL = Duration.seconds(600)
        /// How long past that it holds while GitHub cannot be asked.
        public var proofGrace = Duration.seconds(3600)
    }

    /// What is fetched ahead of its readers.
    public struct Prewarm: Sendable, Equatable {
        /// The declared jobs.
        package var jobs: [PrewarmJob] = []
        /// The bounds and pauses of their agenda.
        package var limits = PrewarmAgenda.Limits()

        /// Reads the jobs of a file in YAML or JSON.
        ///
        /// - Throws: ``SettingsError`` with every problem of the file.
        public mutating func readJobs(fromFile path: String) throws(SettingsError) {
            self.jobs = try PrewarmFile(path: path).jobs
        }
    }

    /// The node's folder and its bounds.
    public struct Storage: Sendable, Equatable {
        /// The folder of the database and the node's key.
        public var directory: String
        /// Entries that are stored at most.
        public var maximumEntries = 10_000
        /// Bytes of bodies held in memory at most.
        public var maximumMemory = 64 * 1_048_576

        init(directory: String) {
            self.directory = directory
        }
    }

    /// Logging.
    public struct Log: Sendable, Equatable {
        /// How a line is written.
        public enum Format: String, Sendable, CaseIterable {
            /// For people.
            case text
            /// One JSON object a line.
            case json
        }

        /// What is left out is less grave than this.
        public var level = Logger.Level.info
        /// How a line is written.
        public var format = Format.text
    }
}
