import Foundation
import Testing

/// Who asks for a private repository's answers under some credential, or none, gets nothing of what is stored.
@Suite(.serialized, .timeLimit(.minutes(2))) struct StrangersCredentialsTests {
    /// Without this the other tests would prove nothing: the same bytes with the right credential are answered.
    @Test func theKeeperIsServedFromTheStore() async throws {
        try await Vault.with { vault in
            for scheme in ["token", "Bearer", "BEARER", "tOkEn  "] {
                let answer = try await vault.exchange(vault.get(vault.runs, "Authorization: \(scheme) \(Vault.keeper)"))
                #expect(answer.hasPrefix("HTTP/1.1 200"))
                #expect(answer.contains("canary-4711") && answer.contains("Cache-Status: hookcache; hit;"))
            }
            let tag = try #require(vault.stored[vault.runs])
            let known = vault.get(vault.runs, "Authorization: token \(Vault.keeper)", "If-None-Match: \(tag)")
            #expect(try await vault.exchange(known).hasPrefix("HTTP/1.1 304"))
        }
    }

    @Test func aStrangersToken() async throws {
        try await Vault.with { vault in
            for path in vault.stored.keys {
                let answers = try await vault.refuses(
                    vault.get(path, "Authorization: token \(Vault.stranger)"),
                    vault.get(path, "Authorization: Bearer \(Vault.stranger)"),
                    vault.get(path, "Authorization: Bearer nobodys-token"),
                    vault.get(path, "Authorization: Basic \(Vault.basic("keeper", Vault.stranger))")
                )
                #expect(
                    answers.map { $0.prefix(12) } == ["HTTP/1.1 404", "HTTP/1.1 404", "HTTP/1.1 401", "HTTP/1.1 404"]
                )
            }
        }
    }

    @Test func noToken() async throws {
        try await Vault.with { vault in
            for path in vault.stored.keys {
                let answers = try await vault.refuses(
                    vault.get(path),
                    vault.get(path, "Authorization:"),
                    vault.get(path, "Authorization: \t ")
                )
                #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 404") })
            }
        }
    }

    @Test func aTokenOfTheNodesOwn() async throws {
        // The node's own credential reaches its own repository, and is lent to nobody.
        try await Vault.with { vault in
            try await vault.refuses(
                vault.get(vault.runs, "Authorization: token node-token"),
                vault.get(vault.runs, "Authorization: token node-token", "X-Hookcache-Identity: node")
            )
        }
    }

    @Test func valuesThatLookLikeTheKeepers() async throws {
        try await Vault.with { vault in
            let token = Vault.keeper
            let values = [
                token, "Basic \(token)", "Negotiate \(token)", "Digest username=\"x\", response=\(token)",
                "Bearer x \(token)",
                "Bearer \(token) x", "Bearer \(token)x", "Bearer \(token.dropLast())", "Bearer \(token.uppercased())",
                "Bearer,\(token)", "token=\(token)", "Bearer \"\(token)\"", "Bearer%20\(token)", "Bearer\u{A0}\(token)",
            ]
            let answers = try await vault.refuses(values.map { vault.get(vault.runs, "Authorization: \($0)") })
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 40") })
        }
    }

    @Test func theTokenInAnotherPlace() async throws {
        try await Vault.with { vault in
            let token = Vault.keeper
            try await vault.refuses(
                vault.get(vault.runs, "Proxy-Authorization: token \(token)"),
                vault.get(vault.runs, "X-Authorization: token \(token)"),
                vault.get(vault.runs, "X-Forwarded-Authorization: token \(token)"),
                vault.get(vault.runs, "Authorization_: token \(token)"),
                vault.get(vault.runs, "Cookie: authorization=\(token)")
            )
        }
    }

    @Test func twoCredentials() async throws {
        try await Vault.with { vault in
            let (keeper, stranger) = ("Authorization: token \(Vault.keeper)", "Authorization: token \(Vault.stranger)")
            let answers = try await vault.refuses(
                vault.get(vault.runs, stranger, stranger),
                vault.get(vault.runs, keeper, stranger),
                vault.get(vault.runs, stranger, keeper),
                vault.get(vault.runs, keeper, "aUTHORIZATION: token \(Vault.stranger)"),
                vault.get(vault.runs, "Authorization: token \(Vault.stranger), token \(Vault.keeper)")
            )
            #expect(answers.prefix(4).allSatisfy { $0.hasPrefix("HTTP/1.1 400") })
        }
    }

    @Test func aConnectionThatTheKeeperUsedBefore() async throws {
        try await Vault.with { vault in
            let head = "GET \(vault.runs) HTTP/1.1\r\nHost: \(vault.host)\r\n"
            let answer = try await vault.exchange(
                "\(head)Authorization: token \(Vault.keeper)\r\n\r\n" + vault.get(vault.runs)
            )
            let answers = answer.components(separatedBy: "HTTP/1.1 ").dropFirst()
            #expect(answers.map { $0.prefix(3) } == ["200", "404"])
            #expect(answers.last?.contains("canary-4711") == false)
        }
    }

    @Test func whoKnowsTheTagsOfWhatIsStored() async throws {
        try await Vault.with { vault in
            for (path, tag) in vault.stored {
                try await vault.refuses(
                    vault.get(path, "If-None-Match: \(tag)"),
                    vault.get(path, "If-None-Match: \(tag)", "Authorization: token \(Vault.stranger)"),
                    vault.get(path, "If-None-Match: *"),
                    vault.get(path, "If-Match: \(tag)"),
                    vault.get(path, "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT"),
                    vault.get(path, "If-Unmodified-Since: Fri, 31 Dec 2100 23:59:59 GMT"),
                    vault.get(path, "Range: bytes=0-99", "If-Range: \(tag)")
                )
            }
        }
    }

    @Test func whoWantsOnlyWhatIsStored() async throws {
        try await Vault.with { vault in
            for wish in ["only-if-cached", "only-if-cached, max-stale", "max-stale=999999", "no-store", "no-cache"] {
                for credential in ["X-Nothing: 1", "Authorization: token \(Vault.stranger)"] {
                    try await vault.refuses(vault.get(vault.runs, "Cache-Control: \(wish)", credential))
                    let head = vault.get(vault.runs, "Cache-Control: \(wish)", credential)
                    let answer = try await vault.exchange("HEAD" + head.dropFirst(3))
                    #expect(answer.hasPrefix("HTTP/1.1 404") || answer.hasPrefix("HTTP/1.1 504"))
                    #expect(!answer.contains("X-Hookcache-CID: bafkrei") || answer.hasPrefix("HTTP/1.1 404"))
                }
            }
        }
    }
}

extension Vault {
    static func basic(_ user: String, _ password: String) -> String {
        Data("\(user):\(password)".utf8).base64EncodedString()
    }
}
