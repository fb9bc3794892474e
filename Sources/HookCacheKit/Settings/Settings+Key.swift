extension Settings {
    /// The name of a setting, as it stands in the environment and in the file.
    public enum Key: String, Sendable, CaseIterable {
        case githubAPIURL = "GITHUB_API_URL"
        case githubToken = "GITHUB_TOKEN"
        case ghToken = "GH_TOKEN"
        case githubAppID = "GITHUB_APP_ID"
        case githubAppPrivateKeyFile = "GITHUB_APP_PRIVATE_KEY_FILE"
        case webhookSecret = "WEBHOOK_SECRET"
        case webhookSecretFile = "WEBHOOK_SECRET_FILE"
        case webhookURL = "CACHE_WEBHOOK_URL"
        case hookPull = "CACHE_HOOK_PULL"
        case inboxMaximum = "CACHE_INBOX_MAX"
        case webhookListen = "CACHE_WEBHOOK_LISTEN"
        case apiListen = "CACHE_API_LISTEN"
        case socket = "CACHE_SOCKET"
        case socketIdentity = "CACHE_SOCKET_IDENTITY"
        case apiHosts = "CACHE_API_HOSTS"
        case controlTokenFile = "CACHE_CONTROL_TOKEN_FILE"
        case directory = "CACHE_DIR"
        case listenHost = "CACHE_LISTEN_HOST"
        case listenPort = "CACHE_LISTEN_PORT"
        case bootstrapPeers = "CACHE_BOOTSTRAP_PEERS"
        case swarmKeyFile = "CACHE_SWARM_KEY_FILE"
        case allowedPeers = "CACHE_ALLOWED_PEERS"
        case share = "CACHE_SHARE"
        case watch = "CACHE_WATCH"
        case defaultTTL = "CACHE_DEFAULT_TTL"
        case repositoriesTTL = "CACHE_TTL_REPOS"
        case runsTTL = "CACHE_TTL_RUNS"
        case queueTTL = "CACHE_TTL_QUEUE"
        case runnersTTL = "CACHE_TTL_RUNNERS"
        case proofTTL = "CACHE_PROOF_TTL"
        case proofGrace = "CACHE_PROOF_GRACE"
        case prewarmFile = "CACHE_PREWARM_FILE"
        case maximumEntries = "CACHE_MAX_ENTRIES"
        case maximumMemory = "CACHE_MAX_MEMORY"
        case logLevel = "LOG_LEVEL"
        case logFormat = "LOG_FORMAT"

        /// Whether the value must appear nowhere.
        public var isSecret: Bool {
            switch self {
            case .githubToken, .ghToken, .webhookSecret: true
            default: false
            }
        }

        /// The name's parts, as a configuration reader joins them again.
        var components: [String] {
            self.rawValue.lowercased().split(separator: "_").map(String.init)
        }
    }
}
