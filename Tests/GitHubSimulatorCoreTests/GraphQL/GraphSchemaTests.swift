import GitHubCore
import SchemaCheck
import Testing

@testable import GitHubSimulatorCore

struct GraphSchemaTests {
    private typealias Schema = SimulatedGitHub.Graph.Schema

    @Test func everyTypeThatIsNamedIsThere() throws {
        let schema = try #require(Schema.github)
        for type in schema.types.values {
            for (name, field) in type.fields {
                #expect(schema.types[field.type.name] != nil, "\(type.name).\(name)")
                for (argument, input) in field.arguments {
                    #expect(schema.types[input.type.name] != nil, "\(type.name).\(name)(\(argument))")
                }
            }
            for member in type.members { #expect(schema.types[member]?.kind == .object, "\(type.name): \(member)") }
            for interface in type.interfaces {
                let promised = schema.types[interface]?.fields.keys.map { $0 } ?? []
                #expect(Set(promised).isSubset(of: type.fields.keys), "\(type.name) as \(interface)")
            }
        }
    }

    /// All fields that need no argument but a size, down to a depth.
    private func everything(_ type: String, _ schema: Schema, depth: Int) -> String {
        guard let definition = schema.types[type], definition.isComposite else { return "" }
        if definition.kind == .abstract {
            let parts = definition.members.sorted().map { "... on \($0) \(everything($0, schema, depth: depth))" }
            return "{ __typename \(parts.joined(separator: " ")) }"
        }
        let fields = definition.fields.sorted { $0.key < $1.key }.compactMap { name, field -> String? in
            guard !field.arguments.contains(where: { $0.value.type.isRequired && $0.value.fallback == nil }) else {
                return nil
            }
            let inner = field.type.name
            guard schema.types[inner]?.isComposite ?? false else { return name }
            guard depth > 0 else { return nil }
            // Fields of one name have other types in other members of a union.
            let key = "\(type)_\(name)"
            let size = field.arguments["first"] == nil ? "" : "(first: 1)"
            return "\(key): \(name)\(size) \(everything(inner, schema, depth: depth - 1))"
        }
        return "{ __typename \(fields.joined(separator: " ")) }"
    }

    @Test(arguments: [
        "viewer", #"organization(login: "octo-tools")"#, #"repository(owner: "octo-tools", name: "hello-ci")"#,
        #"node(id: "RUN")"#, #"node(id: "JOB")"#, #"node(id: "SUITE")"#, "rateLimit",
    ])
    func everyFieldIsSomething(root: String) throws {
        let schema = try #require(Schema.github)
        var world = try World()
        try world.github.createRepository(
            #require(RepositoryName("octo-tools/third")),
            description: "d",
            topics: ["ci"],
            at: world.now
        )
        let run = try world.finishedRun(.init(World.hello, branch: "topic"))
        let job = world.github.jobs(ofRun: run)[0].id
        try world.github.annotate(job: job, .init(.notice, "n"))
        try world.github.openPullRequest("topic", in: World.hello)
        let path = "/repos/octo-tools/hello-ci/actions"
        let body = world.get("\(path)/runs/\(run)").json
        let ids = [
            "RUN": body["node_id"]?.text, "SUITE": body["check_suite_node_id"]?.text,
            "JOB": world.get("\(path)/jobs/\(job)").json["node_id"]?.text,
        ]
        let field = ids.reduce(root) { $0.replacing($1.key, with: $1.value ?? "") }
        let name = String(field.prefix { $0 != "(" })
        let type = schema.types["Query"]?.fields[name]?.type.name ?? ""
        let query = "{ \(field) \(everything(type, schema, depth: 3)) }"
        let answer = world.call("POST", "/graphql", body: ["query": .string(query)]).json
        #expect(answer["errors"] == nil)
        #expect(answer["data"]?[name].map { $0 != .null } ?? false)
    }
}
