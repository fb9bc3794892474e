import Fleet
import Foundation
import GitHubSimulator
import GitHubSimulatorCore
import Testing

/// What the stock `gh` changes through a node is changed at GitHub, and what it reads next shows it, webhook or not.
@Suite(.enabled(if: GitHubCLI.executable != nil, GitHubCLI.absence), .serialized, .timeLimit(.minutes(5)))
struct GitHubCLIWritingTests {
    typealias Stage = GitHubCLIStage

    private static let runs = ["run", "list", "--json", "databaseId,status,conclusion,event,workflowName,headBranch"]

    @Test(arguments: Stage.Place.allCases) func workflowRunStartsARun(place: Stage.Place) async throws {
        try await Stage.with(place) { stage in
            let list = Self.runs + ["-w", "greet.yml"]
            let before = try await stage.compare(list)
            try await stage.compare("workflow", "run", "greet.yml", "-f", "name=scully")
            let after = try await stage.compare(list)
            // One run of each way.
            #expect(before.output.components(separatedBy: "workflow_dispatch").count == 1)
            #expect(after.output.components(separatedBy: "workflow_dispatch").count == 3)
            let shown = try await stage.compare(["workflow", "run", "ci.yml", "--ref", "topic"], asTerminal: true)
            #expect(shown.output.contains("Created workflow_dispatch event for ci.yml at topic"))
            #expect(shown.status == 0)
            try await stage.compare(Self.runs)
            for (arguments, words) in [
                (["greet.yml"], "Required input 'name' not provided"),
                (["greet.yml", "-f", "name=a", "-f", "other=b"], "Unexpected inputs provided"),
                (["ci.yml", "--ref", "nowhere"], "No ref found for: nowhere"), (["old.yml"], "disabled workflow"),
                (["nothing.yml"], "HTTP 404"),
            ] {
                let refused = try await stage.compare(["workflow", "run"] + arguments)
                #expect(refused.status == 1)
                #expect(refused.error.contains(words), "\(refused)")
            }
        }
    }

    @Test(arguments: Stage.Place.allCases) func workflowsAreSwitchedOnAndOff(place: Stage.Place) async throws {
        try await Stage.with(place) { stage in
            try await stage.compare("workflow", "list")
            #expect(try await stage.through.run(["workflow", "disable", "greet.yml"]).status == 0)
            #expect(try await stage.compare("workflow", "list").output.contains("Greet") == false)
            #expect(try await stage.through.run(["workflow", "enable", "greet.yml"]).status == 0)
            #expect(try await stage.compare("workflow", "list").output.contains("Greet"))
        }
    }

    @Test(arguments: Stage.Place.allCases) func runsAreStoppedAndRepeated(place: Stage.Place) async throws {
        try await Stage.with(place) { stage in
            let fields = ["--json", "databaseId,status,conclusion,jobs"]
            for (command, run, words) in [
                (["cancel"], stage.facts.busy, "cancelled"), (["rerun", "--failed"], stage.facts.bad, "queued"),
                (["rerun"], stage.facts.good, "queued"),
            ] {
                let view = ["run", "view", "\(run)"] + fields
                let before = try await stage.compare(view)
                #expect(!before.output.contains("\"\(words)\""))
                let done = try await stage.through.run(["run"] + command + ["\(run)"])
                #expect(done.status == 0, "\(done)")
                let after = try await stage.compare(view)
                #expect(after.output.contains("\"\(words)\""), "\(after)")
                try await stage.compare(Self.runs)
            }
            let refused = try await stage.compare("run", "cancel", "\(stage.facts.broken)")
            #expect(refused.status == 1)
        }
    }
}
