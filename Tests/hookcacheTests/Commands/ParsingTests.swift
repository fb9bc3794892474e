import ArgumentParser
import Testing

@testable import hookcache

@Suite struct ParsingTests {
    @Test(
        arguments: [
            "hook register octo-org/app --url https://hooks.example.com/webhook", "hook list", "hook list octo-org",
            "hook ping octo-org", "hook rotate octo-org/app", "hook rotate octo-org --json",
            "hook recover octo-org/app",
            "hook deliveries", "hook deliveries octo-org --failed --limit 5 --json",
            "hook remove octo-org/app", "prewarm a/b c/d --resources runs,jobs", "prewarm --file jobs.yaml",
            "prewarm list --json",
            "runs a/b --status queued",
            "runs a/b --branch main --limit 5 --json", "jobs a/b 123", "queue a",
            "queue a/b --labels linux,x64 --watch", "repos a", "repos a --since-days 7 --watch --json", "runners a",
            "runners a/b --fields name,busy",
            "peers list", "peers keygen", "peers keygen --out swarm.key --json", "peers id --new-key",
            "peers connect /ip4/192.0.2.7/tcp/9000/p2p/12D3KooW", "peers query /repos/a/b",
            "stats --watch --json",
            "stats --fields local_hits,rate_limit.remaining", "cache list /repos --limit 3", "cache get /repos/a/b",
            "cache verify",
            "cache clear --stale", "cache clear /repos/a/*",
        ]
    )
    func aCommandParses(line: String) throws {
        let command = try HookCache.parseAsRoot(line.split(separator: " ").map(String.init))
        #expect(!(command is HookCache))
    }

    @Test(
        arguments: [
            "hook register", "hook register a/b/c", "hook rotate", "hook rotate a/b/c",
            "hook recover", "hook deliveries --limit 0", "prewarm", "prewarm a",
            "prewarm a/b --resources moon", "prewarm a/b --file f", "prewarm --file f --resources runs", "runs a",
            "runs a/b --limit 0",
            "jobs a/b", "jobs a/b x", "queue", "repos", "repos a/b", "repos a --since-days 0", "repos a --since-days x",
            "runners", "runners a/b/c", "peers connect 192.0.2.7:9000", "cache list --limit 0",
            "stats --no-such-flag", "nothing",
        ]
    )
    func wrongUsageExits64(line: String) {
        let error = #expect(throws: (any Error).self) {
            try HookCache.parseAsRoot(line.split(separator: " ").map(String.init))
        }
        #expect(error.map { HookCache.exitCode(for: $0).rawValue } == 64)
    }

    @Test func everyCommandExplainsItself() {
        for command in HookCache.configuration.subcommands {
            let commands = [command] + command.configuration.subcommands
            for command in commands {
                let help = HookCache.helpMessage(for: command)
                #expect(help.contains("OVERVIEW:") && help.contains("USAGE: hookcache"), "\(command)")
                #expect(!command.configuration.abstract.isEmpty, "\(command)")
            }
        }
    }

    @Test func aNumberOfDamagedBodiesFailsVerify() {
        #expect(Cache.Verify.isDamaged(.object(["corrupt": .array([.string("b")])])))
        #expect(!Cache.Verify.isDamaged(.object(["checked": .integer(9), "corrupt": .array([])])))
    }

    @Test func aRegistrationShowsWhatItChanged() throws {
        let answer = try #require(
            JSONValue(
                #"""
                {"scope":"o/r","outcome":"fixed","changes":[{"setting":"active","was":"no","becomes":"yes"},
                {"setting":"events","was":"push","becomes":"workflow_job, workflow_run"}]}
                """#.utf8
            )
        )
        let text = try OutputOptions.parse([]).text(object: answer, columns: Hook.registration, style: Style())
        #expect(text.contains("DID      fixed\n"))
        #expect(text.contains("CHANGED  active: no -> yes; events: push -> workflow_job, workflow_run\n"))
    }

    @Test func aRotationSaysWhenTheOldSecretGoes() throws {
        let scope = try #require(Scope(argument: "o/r"))
        let done = try #require(JSONValue(#"{"status":"rotated"}"#.utf8))
        #expect(Hook.Rotate.sentence(done, of: scope).hasPrefix("the webhook of o/r has a new secret"))
        let open = try #require(JSONValue(#"{"status":"changed","old_until":"2026-08-01T10:05:00Z"}"#.utf8))
        #expect(Hook.Rotate.sentence(open, of: scope).hasSuffix("at the latest at 2026-08-01T10:05:00Z\n"))
    }

    @Test func theQueueShowsTheWholeOverItsLabels() throws {
        let answer = JSONValue(
            #"{"queued":3,"in_progress":1,"by_labels":[{"labels":["linux","x64"],"queued":2,"in_progress":1}]}"#.utf8
        )
        let text = try (Queue.parse(["a"])).text(try #require(answer), style: Style())
        #expect(text == "QUEUED  IN PROGRESS  LABELS\n3       1            (all)\n2       1            linux,x64\n")
    }
}
