import ArgumentParser

/// `hookcache prewarm`: fetch now what will be read soon.
struct Prewarm: AsyncParsableCommand {
    /// A kind of data of a repository.
    enum Resource: String, CaseIterable, ExpressibleByArgument {
        case runs, jobs, workflows, runners, artifacts
    }

    static let configuration = CommandConfiguration(
        abstract: "Fetch a repository's workflow state now, ahead of its readers.",
        discussion:
            "Each resource is fetched as GitHub's path gives it without a query, and in the query forms read lately."
    )

    @Argument(help: ArgumentHelp("The repositories.", valueName: "owner/repo"))
    var repositories: [Repository]

    @Option(
        help: ArgumentHelp(
            "What to fetch, comma-separated: runs, jobs, workflows, runners, artifacts.",
            valueName: "resources"
        ),
        transform: Self.resources
    )
    var resources: [Resource] = [.runs, .jobs, .workflows]

    @OptionGroup var settings: SettingsOptions
    @OptionGroup var output: OutputOptions

    static let columns = [Column("PATH", "path"), Column("RESULT", "result"), Column("COUNTED", "counted")]

    func run() async throws {
        let client = try self.settings.client()
        let resources = JSONValue.array(self.resources.map { .string($0.rawValue) })
        let names = self.repositories.map(\.description)
        let rows = try await ProgressBar.during("prewarming", total: names.count) { bar in
            var rows: [JSONValue] = []
            for name in names {
                let body = JSONValue.object(["repositories": .array([.string(name)]), "resources": resources])
                let answer = try await client.request(.post, "prewarm", body: body, wait: ControlClient.Limits.longWait)
                let json = try answer.json()
                rows += json.rows("prewarm", "resources")
                bar.advance()
            }
            return rows
        }
        self.output.print(rows: rows, columns: Self.columns, empty: "nothing to fetch")
        if rows.contains(where: Self.isFailure) { throw ExitCode.failure }
    }

    /// Whether a resource could be neither fetched nor left as it is.
    static func isFailure(_ row: JSONValue) -> Bool {
        !["fetched", "unchanged", "fresh"].contains(row["result"]?.string)
    }

    static func resources(_ text: String) throws -> [Resource] {
        try text.split(separator: ",").map { name in
            guard let resource = Resource(rawValue: String(name)) else {
                let known = Resource.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("\(name) is no resource; there are \(known)")
            }
            return resource
        }
    }
}
