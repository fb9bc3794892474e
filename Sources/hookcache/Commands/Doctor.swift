import ArgumentParser
import CacheCore
import HookCacheKit
import Logging

/// `hookcache doctor`: looks at everything a node needs.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look at everything a node needs, and say what to do where something is not as it should be.",
        discussion: """
            Settings, files, disk, the node, its ports, the credential, the rate limit, the clock, each webhook, the way to it \
            and the peers. A running node is asked what only it knows; without one the rest is looked at, with the settings \
            that this command reads. What costs GitHub calls: one for each webhook's scope, one for its delivery log. With \
            CACHE_WEBHOOK_URL set and a node running, one unsigned request is sent there, which the node must refuse.

            Exit codes: 0 nothing fails, 1 something does, 64 wrong usage.
            """
    )

    @Flag(help: "Have GitHub ping each webhook of the node, and wait for the pings to arrive.")
    var ping = false

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    static let columns = [
        Column("STANDING", "standing"), Column("CHECK", "check"), Column("WHY", "why"), Column("REMEDY", "remedy"),
    ]

    func run() async throws {
        let checkups = try await ProgressBar.during("looking") { _ in try await self.look() }
        if self.output.json || !self.output.fields.isEmpty {
            self.output.print(rows: checkups.map(\.json), columns: Self.columns, empty: "nothing was looked at")
        } else {
            Terminal.output.write(Self.text(checkups, Terminal.output.style))
        }
        if checkups.contains(where: { $0.standing == .fail }) { throw ExitCode.failure }
    }

    private func look() async throws -> [Checkup] {
        let settings: Settings
        do throws(CommandError) {
            settings = try self.settings.settings()
        } catch {
            // A flag that is wrong is wrong usage; what stands in the file or the environment is what is looked at.
            guard error.code == .failed else { throw error }
            return Self.settings(refused: error.message)
        }
        let node = await NodeView(settings)
        var checkups = Self.settings(settings, file: self.settings.envFile)
        checkups += settings.fileCheckups() + settings.storeCheckups() + [node.checkup]
        checkups += settings.portCheckups(isRunning: node.isRunning, hasSecret: node.hasSecret)
        if let told = node.told {
            checkups += told
        } else {
            var logger = Logger(label: "hookcache")
            logger.logLevel = .critical
            do throws(NodeError) {
                checkups += try await settings.gitHubCheckups(logger: logger)
            } catch {
                checkups.append(.fail("github", error.message, remedy: "set GITHUB_API_URL right"))
            }
        }
        checkups += await self.door(settings, node)
        if self.ping { checkups += try await self.pings(settings, node) }
        return checkups + settings.peerCheckups(connected: node.connected, addresses: node.addresses)
    }

    /// The settings, where they can be read.
    static func settings(_ settings: Settings, file: String?) -> [Checkup] {
        guard settings.warnings.isEmpty else {
            return settings.warnings.map { .warn("settings", $0, remedy: "see the README's table of settings") }
        }
        return [.pass("settings", "they can be read\(file.map { ", of the file \($0)" } ?? "")")]
    }

    /// The settings, where they cannot.
    static func settings(refused message: String) -> [Checkup] {
        let lines = message.split(separator: "\n").map { $0.drop { $0 == " " } }
        let problems = lines.count > 1 ? lines.dropFirst() : lines[...]
        return problems.map {
            .fail("settings", String($0), remedy: "set it right; everything else can be looked at only then")
        }
    }

    /// Whether the webhook's public URL leads to the node.
    private func door(_ settings: Settings, _ node: NodeView) async -> [Checkup] {
        guard let url = settings.webhook.publicURL, !settings.webhook.takesLog else { return [] }
        guard node.isRunning else {
            let why = "\(url) was not tried, since no node runs that would answer there"
            return [.warn("webhook url", why, remedy: "hookcache serve, then this again")]
        }
        return [Checkup.ofDoor(await DoorKnock.knock(at: url), url: url)]
    }

    /// Pings by GitHub to each webhook of the node.
    private func pings(_ settings: Settings, _ node: NodeView) async throws -> [Checkup] {
        guard node.isRunning else {
            return [.warn("ping", "none was asked for, since no node runs", remedy: "hookcache serve, then this again")]
        }
        let client = ControlClient(socket: settings.api.socket)
        var checkups: [Checkup] = []
        for scope in try await client.get("hooks").rows("hooks").compactMap({ $0["scope"]?.string }) {
            do {
                _ = try await client.request(.post, "hooks/ping", body: .object(["scope": .string(scope)]))
                checkups.append(.pass("ping \(scope)", "GitHub's ping arrived"))
            } catch let error as CommandError {
                let remedy = "see that the webhook's URL leads to CACHE_WEBHOOK_LISTEN from where GitHub is"
                checkups.append(.fail("ping \(scope)", error.message, remedy: remedy))
            }
        }
        let remedy = "hookcache hook register OWNER/REPO"
        return checkups.isEmpty
            ? [.warn("ping", "no webhook is registered by this node", remedy: remedy)] : checkups
    }

    /// The lines for a person: how each thing stands and why, and below it what to do.
    static func text(_ checkups: [Checkup], _ style: Style) -> String {
        let width = checkups.map(\.name.count).filter { $0 <= 32 }.max() ?? 0
        var lines: [String] = []
        for checkup in checkups {
            let word = style.paint(checkup.standing.word, checkup.standing.ink)
            let pad = String(repeating: " ", count: max(0, width - checkup.name.count))
            lines.append("\(word)  \(checkup.name)\(pad)  \(Column.plain(checkup.why))")
            if let remedy = checkup.remedy { lines.append("      \(style.paint("→ " + Column.plain(remedy), .cyan))") }
        }
        let counts = Checkup.Standing.allCases.map { standing in
            "\(checkups.count { $0.standing == standing }) \(standing.word.filter { $0 != " " })"
        }
        return (lines + [counts.joined(separator: ", ")]).joined(separator: "\n") + "\n"
    }
}

extension Checkup.Standing {
    /// The word for a person, all as wide as each other.
    fileprivate var word: String {
        switch self {
        case .pass: "ok  "
        case .warn: "warn"
        case .fail: "fail"
        }
    }

    fileprivate var ink: Style.Ink {
        switch self {
        case .pass: .green
        case .warn: .yellow
        case .fail: .red
        }
    }
}
