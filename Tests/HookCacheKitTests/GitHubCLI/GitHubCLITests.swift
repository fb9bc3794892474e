import Fleet
import Foundation
import GitHubSimulator
import GitHubSimulatorCore
import Testing

/// The stock `gh` prints the same with a node before GitHub as without, and what it reads again costs GitHub nothing.
@Suite(.enabled(if: GitHubCLI.executable != nil, GitHubCLI.absence), .serialized, .timeLimit(.minutes(5)))
struct GitHubCLITests {
    typealias Stage = GitHubCLIStage

    @Test(arguments: Stage.Place.allCases) func runListIsTheSame(place: Stage.Place) async throws {
        try await Stage.with(place) { stage in
            try await stage.compareTwice("run", "list", "-b", "topic", saying: "Make it right")
            try await stage.compareTwice("run", "list", "-u", "monalisa", saying: "Try it")
            try await stage.compareTwice("run", "list", "-w", "Greet somebody", "-L", "2", saying: "Run 9")
            try await stage.compareTwice("run", "list", "-b", "nowhere", saying: "no runs found")
            let fields =
                "databaseId,status,conclusion,headSha,workflowName,createdAt,updatedAt,startedAt,url,number,event"
            try await stage.compareTwice("run", "list", "--json", fields, saying: "\"in_progress\"")
        }
    }

    @Test(arguments: Stage.Place.allCases) func runViewIsTheSame(place: Stage.Place) async throws {
        try await Stage.with(place) { stage in
            let (good, bad) = ("\(stage.facts.good)", "\(stage.facts.bad)")
            try await stage.compareTwice("run", "view", good, saying: "topic CI #1 · \(good)")
            try await stage.compareTwice("run", "view", bad, "--exit-status", status: 1, saying: "Node 16 is old.")
            try await stage.compareTwice("run", "view", bad, "-v", saying: "old (expired)")
            try await stage.compareTwice(
                "run",
                "view",
                "\(stage.facts.broken)",
                saying: "likely failed because of a workflow"
            )
            let job = await stage.fleet.github.jobs(ofRun: stage.facts.bad)[1].id
            try await stage.compareTwice("run", "view", "--job", "\(job)", saying: "--log-failed --job=\(job)")
            try await stage.compareTwice("run", "view", good, "--json", "jobs,conclusion,name", saying: "\"steps\"")
            try await stage.compareTwice("run", "view", "1", status: 1, saying: "HTTP 404")
        }
    }

    @Test(arguments: Stage.Place.allCases) func logsAreTheSame(place: Stage.Place) async throws {
        try await Stage.with(place) { stage in
            let (good, bad) = (stage.facts.good, stage.facts.bad)
            // A link to a log is good for a minute, and neither it nor what it leads to is kept.
            func cost(_ run: Int64) -> [String] { ["GET /repos/\(place.rawValue)/actions/runs/\(run)/logs", "a file"] }
            try await stage.compareTwice("run", "view", "\(good)", "--log", saying: "✓", costs: cost(good))
            try await stage.compareTwice("run", "view", "\(bad)", "--log-failed", saying: "##[error]", costs: cost(bad))
            let job = await stage.fleet.github.jobs(ofRun: good)[1].id
            try await stage.compareTwice("run", "view", "--log", "--job", "\(job)", saying: "test\t", costs: cost(good))
            try await stage.compareTwice(
                "run",
                "view",
                "\(stage.facts.busy)",
                "--log",
                status: 1,
                saying: "is still in progress"
            )
            #expect(await stage.fleet.github.statistics.storage.withCredential == 0)
        }
    }

    @Test(arguments: Stage.Place.allCases) func downloadsAreTheSame(place: Stage.Place) async throws {
        try await Stage.with(place) { stage in
            let bad = "\(stage.facts.bad)"
            let all = try await stage.compare("run", "download", bad)
            #expect(all.files.keys.sorted() == ["report/report.txt", "tools/a b.txt", "tools/bin/tool"])
            let one = try await stage.compare("run", "download", bad, "-n", "tools", "-D", "out")
            #expect(one.files["out/a b.txt"] == Data("ü\n".utf8))
            #expect(try await stage.compare("run", "download", bad, "-n", "old").status == 1)
            #expect(try await stage.compare("run", "download", "\(stage.facts.good)").status == 1)
            let asked = try await stage.asked {
                let again = try await stage.through.run(["run", "download", bad])
                #expect(again == all)
            }
            #expect(asked.filter { !$0.hasSuffix("/zip") && $0 != "a file" } == [])
            #expect(asked.count == 4)
            #expect(await stage.fleet.github.statistics.storage.withCredential == 0)
        }
    }

    @Test(arguments: Stage.Place.allCases) func workflowListIsTheSame(place: Stage.Place) async throws {
        try await Stage.with(place) { stage in
            try await stage.compareTwice("workflow", "list", saying: "Greet somebody")
            try await stage.compareTwice("workflow", "list", "--all", saying: "disabled_manually")
        }
    }

    @Test(arguments: Stage.Place.allCases) func apiIsTheSame(place: Stage.Place) async throws {
        try await Stage.with(place) { stage in
            let runs = "repos/{owner}/{repo}/actions/runs"
            try await stage.compareTwice("api", runs, saying: "\"total_count\":13")
            let names = ["api", "--paginate", "\(runs)?per_page=3", "--jq", ".workflow_runs[].display_title"]
            let pages = try await stage.compare(names)
            #expect(pages.output.split(separator: "\n").count == 13)
            let asked = try await stage.asked {
                let again = try await stage.through.run(names)
                #expect(again == pages)
            }
            #expect(asked == [])
            try await stage.compareTwice("api", "repos/{owner}/{repo}", "-q", ".full_name", saying: place.rawValue)
            try await stage.compareTwice("api", "repos/{owner}/{repo}/actions/runs/1", status: 1, saying: "HTTP 404")
        }
    }

    @Test(arguments: Stage.Place.allCases) func graphQLIsTheSame(place: Stage.Place) async throws {
        try await Stage.with(place) { stage in
            let fields = ["api", "graphql", "-F", "owner={owner}", "-F", "name={repo}", "-f"]
            let one =
                "query=query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { url id } }"
            let first = try await stage.compare(fields + [one])
            #expect(first.output.contains("https://github.com/\(place.rawValue)"))
            let pages = """
                query=query($owner: String!, $name: String!, $endCursor: String) {
                  repository(owner: $owner, name: $name) {
                    refs(refPrefix: "refs/heads/", first: 1, after: $endCursor) {
                      nodes { name target { oid } } pageInfo { hasNextPage endCursor }
                    }
                  }
                }
                """
            let all = try await stage.compare(fields + [pages, "--paginate"])
            #expect(all.output.contains("\"main\"") && all.output.contains("\"topic\""))
            let asked = try await stage.asked {
                let again = try await stage.through.run(fields + [one])
                #expect(again == first)
                let once = try await stage.through.run(fields + [pages, "--paginate"])
                #expect(once == all)
            }
            #expect(asked == [])
            let wrong = try await stage.compare("api", "graphql", "-f", "query={ viewer { nonsense } }")
            #expect(wrong.status == 1)
            #expect(wrong.error.contains("Field 'nonsense' doesn't exist on type 'User'"))
            let hidden = try await stage.compare(
                "api",
                "graphql",
                "-f",
                "query={ repository(owner: \"a\", name: \"b\") { id } }"
            )
            #expect(hidden.error.contains("Could not resolve to a Repository with the name 'a/b'."))
        }
    }

    @Test(arguments: Stage.Place.allCases) func repoViewIsTheSame(place: Stage.Place) async throws {
        try await Stage.with(place) { stage in
            // A private file's link is good for one use, so what carries it is not kept.
            let readme = place == .closed ? ["GET /repos/\(place.rawValue)/readme"] : []
            let description = "Says hello, ünïcödé"
            try await stage.compareTwice("repo", "view", place.rawValue, saying: description, costs: readme)
            let fields = """
                id,name,nameWithOwner,owner,parent,templateRepository,description,homepageUrl,openGraphImageUrl,url,sshUrl,\
                createdAt,pushedAt,updatedAt,isPrivate,isArchived,isFork,isEmpty,diskUsage,stargazerCount,watchers,issues,\
                pullRequests,codeOfConduct,contactLinks,fundingLinks,defaultBranchRef,licenseInfo,viewerPermission,\
                viewerCanAdminister,viewerHasStarred,viewerSubscription,viewerPossibleCommitEmails,repositoryTopics,\
                primaryLanguage,languages,issueTemplates,pullRequestTemplates,labels,milestones,latestRelease,\
                assignableUsers,mentionableUsers,projects,isInOrganization,isUserConfigurationRepository,mirrorUrl,\
                securityPolicyUrl,hasIssuesEnabled,hasWikiEnabled,hasProjectsEnabled,hasDiscussionsEnabled,\
                mergeCommitAllowed,squashMergeAllowed,rebaseMergeAllowed,deleteBranchOnMerge,forkCount,isMirror,\
                isTemplate,isBlankIssuesEnabled,isSecurityPolicyEnabled,usesCustomOpenGraphImage,viewerDefaultMergeMethod,\
                viewerDefaultCommitEmail
                """
            try await stage.compareTwice("repo", "view", place.rawValue, "--json", fields, saying: "\"nameWithOwner\"")
            let error = "Could not resolve to a Repository"
            try await stage.compareTwice(
                "repo",
                "view",
                "octo-tools/none",
                status: 1,
                saying: error,
                costs: ["POST /graphql"]
            )
            let listed = try await stage.compare("repo", "list", "octo-tools")
            #expect(listed.output.contains(place.rawValue))
            #expect(try await stage.compare("auth", "status").error.contains("Logged in to github.com as hubot"))
        }
    }
}
