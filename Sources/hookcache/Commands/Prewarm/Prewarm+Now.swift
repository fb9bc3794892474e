import ArgumentParser
import HookCacheKit

extension Prewarm {
    /// `hookcache prewarm OWNER/REPO…`.
    struct Now: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fetch now what will be read soon.",
            discussion: """
                Each resource is fetched as GitHub's path gives it without a query, and in the query forms read lately. \
                It ends where the rest of the hour's quota is kept for clients.
                """
        )

        @Argument(help: ArgumentHelp("The repositories.", valueName: "owner/repo"))
        var repositories: [Repository] = []

        @Option(
            help: ArgumentHelp(
                "What to fetch, comma-separated: \(Resource.allCases.map(\.rawValue).joined(separator: ", ")). (default: runs,jobs,workflows)",
                valueName: "resources"
            ),
            transform: Prewarm.resources
        )
        var resources: [Resource]?

        @Option(
            help: ArgumentHelp("A file of jobs, as CACHE_PREWARM_FILE names one: each is run now.", valueName: "jobs"),
            completion: .file()
        )
        var file: String?

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        static let columns = [Column("PATH", "path"), Column("RESULT", "result"), Column("COUNTED", "counted")]

        func validate() throws {
            if repositories.isEmpty == (file == nil) {
                throw ValidationError("give either repositories, such as octo-org/app, or --file")
            }
            if file != nil, resources != nil { throw ValidationError("the jobs of --file say what is fetched") }
        }

        func run() async throws {
            let works = try self.works()
            let client = try self.settings.client()
            var pieces: [(repository: String, resources: [String])] = []
            for work in works {
                for name in try await self.names(work, client) { pieces.append((name, work.resources)) }
            }
            let wanted = pieces
            let rows = try await ProgressBar.during("prewarming", total: wanted.count) { bar in
                var rows: [JSONValue] = []
                for piece in wanted {
                    let body = JSONValue.object([
                        "repositories": .array([.string(piece.repository)]),
                        "resources": .array(piece.resources.map { .string($0) }),
                    ])
                    let wait = ControlClient.Limits.longWait
                    rows += try await client.request(.post, "prewarm", body: body, wait: wait).json()
                        .rows("prewarm", "resources")
                    bar.advance()
                    // What is left of the quota is for clients: it would only be refused again and again.
                    if rows.last?["stopped"] == .bool(true) { break }
                }
                return rows
            }
            self.output.print(rows: rows, columns: Self.columns, empty: "nothing to fetch")
            if rows.contains(where: Self.isFailure) { throw ExitCode.failure }
        }

        private func works() throws(CommandError) -> [PrewarmFile.Work] {
            guard let file else {
                let names = self.repositories.map(\.description)
                let resources = (self.resources ?? [.runs, .jobs, .workflows]).map(\.rawValue)
                return [PrewarmFile.Work(patterns: names, resources: resources)]
            }
            do {
                return try PrewarmFile(path: file).works
            } catch {
                throw .failed(
                    (["this file of jobs does not work:"] + error.problems.map(\.description)).joined(separator: "\n  ")
                )
            }
        }

        /// The repositories of a piece of work; the node is asked where it is patterns.
        private func names(_ work: PrewarmFile.Work, _ client: ControlClient) async throws -> [String] {
            guard work.patterns.contains(where: { $0.contains("*") || $0.contains("?") }) else { return work.patterns }
            let body = JSONValue.object(["matching": .array(work.patterns.map { .string($0) })])
            let answer = try await client.request(.post, "prewarm", body: body).json()
            return answer.rows("prewarm", "repositories").compactMap(\.string)
        }

        /// Whether a resource could be neither fetched nor left as it is.
        static func isFailure(_ row: JSONValue) -> Bool {
            !["fetched", "unchanged", "fresh"].contains(row["result"]?.string)
        }
    }
}
