import ArgumentParser

/// `hookcache prewarm`: fetch ahead what will be read soon.
struct Prewarm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fetch workflow state ahead of its readers: now, or as declared jobs.",
        subcommands: [Now.self, List.self],
        defaultSubcommand: Now.self
    )

    /// A kind of data of a repository.
    enum Resource: String, CaseIterable, ExpressibleByArgument {
        case runs, jobs, workflows, runners, artifacts, caches, repository
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
