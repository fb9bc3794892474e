import Testing

/// No way of writing a target reaches an entry past the question of who asks.
@Suite(.serialized, .timeLimit(.minutes(2))) struct StrangersTargetsTests {
    private static let open = "/repos/octo-tools/hello-ci"

    @Test func dots() async throws {
        try await Vault.with { vault in
            let targets = [
                "\(Self.open)/../vault-ci/actions/runs", "/repos/o/r/../../octo-tools/vault-ci/actions/runs",
                "/repos/./octo-tools/vault-ci/actions/runs", "/x/..\(vault.runs)", "/..\(vault.runs)",
                "\(vault.runs)/.",
                "\(vault.runs)/\(vault.run)/..", "/_hookcache/..\(vault.runs)", "/api/v3/..\(vault.runs)",
                "\(Self.open)/..;/vault-ci/actions/runs", "\(Self.open)/..\\vault-ci\\actions\\runs",
            ]
            let answers = try await vault.refuses(targets.map { vault.get($0) })
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 40") })
        }
    }

    @Test func encodedDots() async throws {
        try await Vault.with { vault in
            for dots in [
                "%2e%2e", "%2E%2E", ".%2e", "%2e.", "%252e%252e", "%2e%2e%2f", "..%2F", "%c0%ae%c0%ae", "%u002e%u002e",
            ] {
                let answers = try await vault.refuses(
                    vault.get("\(Self.open)/\(dots)/vault-ci/actions/runs"),
                    vault.get("/\(dots)\(vault.runs)"),
                    vault.get("\(Self.open)/\(dots)/vault-ci/actions/runs", "Authorization: token \(Vault.stranger)")
                )
                #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 40") }, "\(dots)")
            }
        }
    }

    @Test func encodedSlashes() async throws {
        try await Vault.with { vault in
            for slash in ["%2F", "%2f", "%252F", "%5C", "\\", "%c0%af", "%ef%bc%8f"] {
                let answers = try await vault.refuses(
                    vault.get("/repos/octo-tools\(slash)vault-ci/actions/runs"),
                    vault.get("/repos/octo-tools/vault-ci\(slash)actions/runs"),
                    vault.get("/repos/octo-tools/vault-ci/actions\(slash)runs"),
                    vault.get("\(slash)repos\(slash)octo-tools\(slash)vault-ci")
                )
                #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 40") }, "\(slash)")
            }
        }
    }

    @Test func doubledSlashes() async throws {
        try await Vault.with { vault in
            let answers = try await vault.refuses(
                vault.get("//\(vault.evil)\(vault.runs)"),
                vault.get("//\(vault.evil)"),
                vault.get("///\(vault.evil)\(vault.runs)"),
                vault.get("/\\\(vault.evil)\(vault.runs)"),
                vault.get("//repos/octo-tools/vault-ci/actions/runs"),
                vault.get("/repos//octo-tools/vault-ci/actions/runs"),
                vault.get("\(vault.runs)//"),
                vault.get("/@\(vault.evil)\(vault.runs)")
            )
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 40") })
        }
    }

    @Test func otherSpellings() async throws {
        try await Vault.with { vault in
            let id = vault.repositoryID
            let targets = [
                "/repositories/\(id)/actions/runs", "/repositories/\(id)", "/repositories/0\(id)/actions/runs",
                "/repositories/+\(id)/actions/runs", "/repositories/\(id)/actions/runs/\(vault.run)",
                "/repos/OCTO-TOOLS/VAULT-CI/actions/runs", "/Repos/octo-tools/vault-ci/actions/runs",
                "/api/v3\(vault.runs)", "/api/v3/api/v3\(vault.runs)", "/api/v3/repositories/\(id)/actions/runs",
                "/%72epos/octo-tools/vault%2dci/actions/runs", "\(vault.runs)?", "\(vault.runs)?page=1&per_page=30",
                "\(vault.runs)?x=%00", "\(vault.runs)?access_token=\(Vault.stranger)", "\(vault.runs);x=1",
                "\(vault.runs)%20",
                "\(vault.runs)%00", "\(vault.runs)%23", "\(vault.runs)?branch=canary-471",
            ]
            let answers = try await vault.refuses(
                targets.map { vault.get($0) } + targets.map { vault.get($0, "Authorization: token \(Vault.stranger)") }
            )
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 40") })
        }
    }

    @Test func linesInsideTheTarget() async throws {
        try await Vault.with { vault in
            for line in ["%0d%0a", "%0a", "%0D", "%E5%98%8A%E5%98%8D", "\u{0B}", "\t"] {
                let injected = "X-Injected:%20yes\(line)Authorization:%20token%20\(Vault.keeper)\(line)\(line)"
                let answers = try await vault.refuses(
                    vault.get("\(vault.runs)\(line)\(injected)"),
                    vault.get("\(vault.runs)?branch=\(line)\(injected)"),
                    vault.get("/user?x=\(line)\(injected)"),
                    vault.get("/x\(line)\(injected)")
                )
                for answer in answers {
                    #expect(answer.hasPrefix("HTTP/1.1 40"), "\(line)")
                    #expect(!answer.lowercased().contains("x-injected"), "\(line)")
                }
            }
        }
    }

    @Test func targetsWithoutAnEnd() async throws {
        try await Vault.with { vault in
            for size in [8_193, 12_000, 20_000, 200_000] {
                let answers = try await vault.refuses(
                    vault.get("\(vault.runs)?x=\(String(repeating: "a", count: size))"),
                    vault.get("/" + String(repeating: "a", count: size)),
                    vault.get(String(repeating: "/..", count: size / 3) + vault.runs)
                )
                let allowed = ["HTTP/1.1 400", "HTTP/1.1 414"]
                #expect(answers.allSatisfy { answer in allowed.contains { answer.hasPrefix($0) } }, "\(size)")
            }
        }
    }
}
