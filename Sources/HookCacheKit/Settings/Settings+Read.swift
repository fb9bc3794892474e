import Foundation
import Logging
import Multiformats

extension Settings {
    /// Reads settings: flags over the environment over the file over the defaults.
    ///
    /// - Parameters:
    ///   - flags: Values given on the command line.
    ///   - environment: The environment, of which only the known keys are read; nil is that of the process.
    ///   - file: The settings file, which must be there; nil reads `.env.cache` in the working directory if it is there.
    /// - Throws: ``SettingsError`` with every problem there is.
    public init(
        flags: [Key: String] = [:],
        environment: [String: String]? = nil,
        file: String? = nil
    ) throws(SettingsError) {
        let settingsFile: SettingsFile
        if let file {
            settingsFile = SettingsFile(path: file)
        } else if FileManager.default.fileExists(atPath: SettingsFile.defaultName) {
            settingsFile = SettingsFile(path: SettingsFile.defaultName)
        } else {
            settingsFile = SettingsFile()
        }
        let environment = environment ?? ProcessInfo.processInfo.environment
        try self.init(flags: flags, environment: environment, settingsFile: settingsFile)
    }

    init(flags: [Key: String], environment: [String: String], settingsFile: SettingsFile) throws(SettingsError) {
        let named = Dictionary(uniqueKeysWithValues: flags.map { ($0.key.rawValue, $0.value) })
        var reader = SettingsReader(
            sources: [named, environment, settingsFile.values],
            home: environment["HOME"]
        )
        reader.refuse(settingsFile.problems)
        let directory = reader.expanded(reader.text(.directory) ?? "~/.github-cache", for: .directory)
        self.init(directory: directory)
        self.warnings = settingsFile.warnings + Self.unknownKeys(environment)
        self.readGitHub(&reader)
        self.readWebhook(&reader)
        self.readAPI(&reader)
        self.readMesh(&reader)
        self.readFreshness(&reader)
        self.readPrewarm(&reader)
        self.readStorage(&reader)
        self.readLog(&reader)
        if !reader.problems.isEmpty { throw SettingsError(problems: reader.problems) }
    }

    private static func unknownKeys(_ environment: [String: String]) -> [String] {
        environment.keys.sorted().filter { $0.hasPrefix("CACHE_") && Key(rawValue: $0) == nil }.map { key in
            let hint = SettingsFile.nearest(to: key).map { "; did you mean \($0)?" } ?? ""
            return "\(key) in the environment is not a setting\(hint)"
        }
    }

    private mutating func readGitHub(_ reader: inout SettingsReader) {
        reader.read(.githubAPIURL, into: &self.github.apiURL, wants: "an http or https URL, without query") {
            Self.url($0)
        }
        self.github.token = reader.value(.githubToken, wants: "a token of printable characters, without spaces") {
            text in
            text.utf8.allSatisfy { (0x21...0x7e).contains($0) } ? Secret(text) : nil
        }
        self.readApp(&reader)
    }

    private mutating func readWebhook(_ reader: inout SettingsReader) {
        let address = "host:port, such as 127.0.0.1:8787 or [::1]:8787"
        reader.read(.webhookListen, into: &self.webhook.listen, wants: address) { ListenAddress($0) }
        reader.number(.inboxMaximum, into: &self.webhook.inboxMaximum, in: 1...10_000_000)
        self.webhook.publicURL = reader.value(.webhookURL, wants: "the http or https URL that GitHub can reach") {
            Self.url($0)
        }
        reader.read(.hookPull, into: &self.webhook.takesLog, wants: "true or false") { Bool($0.lowercased()) }
        if reader.text(.webhookSecret) != nil, reader.text(.webhookSecretFile) != nil {
            reader.refuse(.webhookSecretFile, wants: "to be unset where WEBHOOK_SECRET is set")
        }
        let texts = reader.text(.webhookSecret) ?? reader.secretFile(.webhookSecretFile)
        self.webhook.secrets = (texts ?? "").split(separator: ",")
            .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.filter { !$0.isEmpty }.map { Secret($0) }
    }

    private mutating func readAPI(_ reader: inout SettingsReader) {
        let address = "host:port, such as 127.0.0.1:8788 or [::1]:8788"
        reader.read(.apiListen, into: &self.api.listen, wants: address) { ListenAddress($0) }
        if self.api.listen == self.webhook.listen, self.api.listen.port != 0 {
            reader.refuse(.apiListen, got: "\(self.api.listen)", wants: "another port than CACHE_WEBHOOK_LISTEN")
        }
        self.api.socket = reader.path(.socket) ?? self.api.socket
        if self.api.socket.utf8.count > Limits.socketPathBytes {
            reader.refuse(.socket, got: self.api.socket, wants: "a path of at most \(Limits.socketPathBytes) bytes")
        }
        reader.word(.socketIdentity, into: &self.api.socketIdentity)
        let hasCredential = [Key.githubToken, .githubAppID].contains { reader.text($0) != nil }
        if self.api.socketIdentity == .node, !hasCredential {
            reader.refuse(
                .githubToken,
                wants: "a token, or a GitHub App in its place, where CACHE_SOCKET_IDENTITY=node"
            )
        }
        self.api.hosts =
            reader.list(.apiHosts, wants: "host names, without scheme and port") { text in
                ListenAddress.isHost(text) && !text.contains(":") ? text.lowercased() : nil
            } ?? []
        self.api.controlTokenFile = reader.path(.controlTokenFile) ?? self.api.controlTokenFile
        if let mode = FilePermissions.mode(of: self.api.controlTokenFile), !mode.isPrivate {
            let wants = "a file that only its owner can read (chmod 600); its mode is \(mode)"
            reader.refuse(.controlTokenFile, got: self.api.controlTokenFile, wants: wants)
        }
    }

    private mutating func readMesh(_ reader: inout SettingsReader) {
        reader.read(.listenHost, into: &self.mesh.listen.host, wants: "an IP address, such as 127.0.0.1 or ::") {
            text in
            (try? IPv4Address(text)) != nil || (try? IPv6Address(text)) != nil ? text : nil
        }
        reader.number(.listenPort, into: &self.mesh.listen.port, in: 0...65_535)
        let peer = "an address with its peer id, such as /ip4/192.0.2.7/tcp/9000/p2p/12D3KooW… (ip6, dns4, dns6 too)"
        self.mesh.bootstrapPeers = reader.list(.bootstrapPeers, wants: peer) { Self.peerAddress($0) } ?? []
        let ids = reader.list(.allowedPeers, wants: "peer ids, such as 12D3KooW…") { try? PeerID($0) }
        self.mesh.allowedPeers = ids.map(Set.init)
        let saysWho = [Key.swarmKeyFile, .allowedPeers].contains { reader.text($0) != nil }
        if !saysWho, let wants = self.mesh.listenRefusal {
            reader.refuse(.listenHost, got: self.mesh.listen.host, wants: wants)
        }
        self.mesh.readSwarmKey(&reader)
        reader.word(.share, into: &self.mesh.share)
        if self.mesh.share == .all, reader.text(.swarmKeyFile) == nil {
            let wants = "public or none where CACHE_SWARM_KEY_FILE is not set: what is private needs a private network"
            reader.refuse(.share, got: "all", wants: wants)
        }
    }

    private mutating func readFreshness(_ reader: inout SettingsReader) {
        var seen: Set<String> = []
        let watched = reader.list(.watch, wants: "OWNER or OWNER/REPO") { WatchTarget($0) } ?? []
        self.freshness.watch = watched.filter { seen.insert($0.description.lowercased()).inserted }
        reader.seconds(.defaultTTL, into: &self.freshness.defaultTTL)
        reader.seconds(.repositoriesTTL, into: &self.freshness.repositoriesTTL)
        reader.seconds(.runsTTL, into: &self.freshness.runsTTL)
        reader.seconds(.queueTTL, into: &self.freshness.queueTTL)
        reader.seconds(.runnersTTL, into: &self.freshness.runnersTTL)
        reader.seconds(.proofTTL, into: &self.freshness.proofTTL)
        reader.seconds(.proofGrace, into: &self.freshness.proofGrace, atLeast: 0)
    }

    private mutating func readPrewarm(_ reader: inout SettingsReader) {
        guard let path = reader.path(.prewarmFile) else { return }
        do throws(SettingsError) {
            try self.prewarm.readJobs(fromFile: path)
        } catch {
            reader.refuse(
                error.problems.map {
                    .init(key: "\(Key.prewarmFile.rawValue): \($0.key)", got: $0.got, wants: $0.wants)
                }
            )
        }
    }

    private mutating func readStorage(_ reader: inout SettingsReader) {
        reader.number(.maximumEntries, into: &self.storage.maximumEntries, in: 1...100_000_000)
        reader.read(.maximumMemory, into: &self.storage.maximumMemory, wants: "at least 1MiB, such as 64MiB") { text in
            Self.byteCount(text).flatMap { $0 >= 1 << 20 ? $0 : nil }
        }
    }

    private mutating func readLog(_ reader: inout SettingsReader) {
        let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        reader.read(.logLevel, into: &self.log.level, wants: "one of \(levels)") {
            Logger.Level(rawValue: $0.lowercased())
        }
        reader.word(.logFormat, into: &self.log.format)
    }

    /// A URL with scheme and host, without a slash at its end; nil for anything else.
    private static func url(_ text: String) -> String? {
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme?.lowercased()),
            url.host()?.isEmpty == false, url.user() == nil, url.query() == nil, url.fragment() == nil
        else { return nil }
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        return text
    }

    /// An address that can be dialled over TCP and names its peer.
    private static func peerAddress(_ text: String) -> Multiaddr? {
        guard let address = try? Multiaddr(text), address.components.count == 3, address.peerID != nil,
            case .tcp(let port) = address.components[1], port != 0
        else { return nil }
        return switch address.components[0] {
        case .ip4, .ip6, .dns4, .dns6: address
        default: nil
        }
    }
}

extension Settings {
    /// The bounds of the settings themselves.
    enum Limits {
        /// A Unix socket's path, without the zero byte that ends it.
        static let socketPathBytes = 107
    }
}
