import Foundation

/// A hundred real nodes on loopback that know one address: how soon an event is fresh on all of them, what it costs each,
/// and whether anything is lost when many die.
@main
enum FleetOfNodes {
    static func main() async throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        raiseFileLimit()
        if arguments.first == "crew" {
            arguments.removeFirst()
            return await Crew(folder: arguments.removeFirst(), gitHub: arguments.removeFirst(), members: arguments)
                .run()
        }
        let plan: Plan
        do {
            plan = try Plan(arguments)
        } catch {
            print("\(error)\n\n\(Plan.usage)")
            exit(64)
        }
        if try await !Performance.run(plan) { exit(1) }
    }

    /// Every node has listeners, a database and connections of its own.
    private static func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

/// What can be chosen.
struct Plan {
    static let usage = """
        usage: FleetOfNodes [--nodes N] [--per-process N] [--runs N] [--pace MILLISECONDS] [--kill N]
                            [--settle SECONDS] [--idle SECONDS]

          --nodes N        nodes (100)
          --per-process N  nodes that share a process (25)
          --runs N         workflow runs before the nodes are killed, and again after (6)
          --pace MS        the time from one event to the next (1000)
          --kill N         nodes that are killed at random (30)
          --settle SECONDS the time from the mesh's forming to what is measured (30)
          --idle SECONDS   how long the fleet is watched while nothing happens (10)
        """

    struct Wrong: Error, CustomStringConvertible {
        let description: String
    }

    var nodes = 100
    var perProcess = 25
    var runs = 6
    var killed = 30
    var idle = 10
    var settle = 30
    var pace = 1000

    init(_ arguments: [String]) throws(Wrong) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            guard let value = rest.popFirst().flatMap({ Int($0) }), value >= 0 else {
                throw Wrong(description: "\(word) wants a number")
            }
            switch word {
            case "--nodes": self.nodes = max(3, value)
            case "--per-process": self.perProcess = max(1, value)
            case "--runs": self.runs = value
            case "--kill": self.killed = value
            case "--idle": self.idle = value
            case "--settle": self.settle = value
            case "--pace": self.pace = value
            default: throw Wrong(description: "\(word) is no option")
            }
        }
        self.killed = min(self.killed, self.nodes - 2)
    }
}
