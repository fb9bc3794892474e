import Fleet
import Testing

/// Neither `Host` nor what stands in for it opens anything, or leads to another host.
@Suite(.serialized, .timeLimit(.minutes(2))) struct StrangersHostsTests {
    @Test func anotherHost() async throws {
        try await Vault.with { vault in
            let hosts = [
                vault.evil, "evil.example", "github.com", "127.0.0.1:1", "169.254.169.254", "[::1]:1",
                "localhost:\(vault.port).evil.example", "127.0.0.1.evil.example:\(vault.port)", "0.0.0.0:\(vault.port)",
            ]
            for host in hosts {
                let answers = try await vault.refuses(
                    vault.get(vault.runs, host: host),
                    vault.get(vault.runs, host: host, "Authorization: token \(Vault.stranger)")
                )
                #expect(answers.allSatisfy { vault.isSentAway($0, from: host) }, "\(host)")
            }
        }
    }

    @Test func theUpstreamsOwnName() async throws {
        try await Vault.with { vault in
            let upstream = String(vault.fleet.githubURL.dropFirst("http://".count))
            let answers = try await vault.refuses(
                vault.get(vault.runs, host: upstream),
                vault.get(vault.runs, host: upstream, "Authorization: token \(Vault.stranger)")
            )
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 404") })
        }
    }

    @Test func tricksWithUserAndPort() async throws {
        try await Vault.with { vault in
            let hosts = [
                "keeper@\(vault.host)", "\(Vault.keeper)@\(vault.host)", "\(vault.host)@\(vault.evil)",
                "\(vault.host):80",
                "\(vault.host)#\(vault.evil)", "\(vault.host)/\(vault.evil)", "\(vault.host)?", "\(vault.host)\\",
                "127.0.0.1:", ":\(vault.port)", "127.0.0.1:+\(vault.port)", "127.0.0.1:\(vault.port + 65_536)", "", " ",
                "\(vault.host), \(vault.evil)", "\(vault.host) \(vault.evil)", "%31%32%37.0.0.1:\(vault.port)",
            ]
            let answers = try await vault.refuses(hosts.map { vault.get(vault.runs, host: $0) })
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 400") || $0.hasPrefix("HTTP/1.1 421") })
        }
    }

    @Test func linesInsideTheHost() async throws {
        try await Vault.with { vault in
            for byte in ["\u{0}", "\r", "\n", "\t", "\u{0B}", "\u{7F}", "\u{E9}", "%0d%0a", "\r\n "] {
                let answers = try await vault.refuses(
                    vault.get(vault.runs, host: "\(vault.host)\(byte)\(vault.evil)"),
                    vault.get(vault.runs, host: "\(byte)\(vault.evil)"),
                    vault.get(vault.runs, host: "\(vault.host)\(byte)X-A: b")
                )
                #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 40") || $0.hasPrefix("HTTP/1.1 421") }, "\(byte)")
            }
        }
    }

    @Test func gitHubsHostsOfFilesOverTCP() async throws {
        // Over the socket gh follows redirects to them; over TCP nobody needs them.
        try await Vault.with(doors: [.tcp]) { vault in
            for host in [
                "raw.githubusercontent.com", "uploads.github.com", "productionresultssa0.blob.core.windows.net",
            ] {
                let answers = try await vault.refuses(
                    vault.get(vault.runs, host: host),
                    vault.get("https://\(host)\(vault.runs)"),
                    "CONNECT \(host):443 HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
                )
                #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 4") })
                #expect(answers.prefix(2).allSatisfy { $0.hasPrefix("HTTP/1.1 421") })
            }
        }
    }

    @Test func twoHostsOrNone() async throws {
        try await Vault.with { vault in
            let line = "GET \(vault.runs) HTTP/1.1\r\n"
            let end = "Connection: close\r\n\r\n"
            let answers = try await vault.refuses(
                "\(line)Host: \(vault.host)\r\nHost: \(vault.evil)\r\n\(end)",
                "\(line)Host: \(vault.evil)\r\nHost: \(vault.host)\r\n\(end)",
                "\(line)Host: \(vault.host)\r\nHost: \(vault.host)\r\n\(end)",
                "\(line)Host: \(vault.host)\r\nhOST: \(vault.evil)\r\n\(end)",
                "\(line)\(end)",
                "GET \(vault.runs) HTTP/1.0\r\n\(end)"
            )
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 400") })
        }
    }

    @Test func anAbsoluteTarget() async throws {
        try await Vault.with { vault in
            let credential = "Authorization: token \(Vault.stranger)"
            let path = vault.runs
            let foreign = try await vault.refuses(
                vault.get("http://evil.example\(path)", credential),
                vault.get("https://evil.example\(path)", credential),
                vault.get("HTTP://evil.example:80\(path)", host: vault.host, credential),
                vault.get("http://evil.example?\(vault.host)\(path)"),
                vault.get("http://evil.example#\(vault.host)\(path)")
            )
            #expect(foreign.allSatisfy { $0.hasPrefix("HTTP/1.1 421") || $0.hasPrefix("HTTP/1.1 400") })
            let elsewhere = try await vault.refuses(
                vault.get("http://\(vault.evil)\(path)", credential),
                vault.get("https://\(vault.evil)\(path)", credential),
                vault.get("http://\(vault.evil)\(path)", host: vault.evil, credential)
            )
            #expect(elsewhere.allSatisfy { vault.isSentAway($0, from: vault.evil) })
            // Its own address does not open it either.
            let own = try await vault.refuses(
                vault.get("http://\(vault.host)\(path)", host: vault.evil, credential),
                vault.get("http://\(vault.host)\(path)")
            )
            #expect(own.allSatisfy { $0.hasPrefix("HTTP/1.1 404") })
        }
    }

    @Test func anAbsoluteTargetWithATwist() async throws {
        try await Vault.with { vault in
            let path = vault.runs
            let targets = [
                "http://keeper:\(Vault.keeper)@\(vault.host)\(path)", "http://\(vault.host)@\(vault.evil)\(path)",
                "ftp://\(vault.evil)\(path)", "file://\(path)", "http:\(path)", "http:/\(vault.evil)\(path)",
                "http://\(path)",
                "http:///\(vault.evil)\(path)", "javascript:\(path)", "\(vault.evil)\(path)", "x\(path)", "*",
                "unix:\(path)",
                "http://[::1\(path)", "http://\\\\\(vault.evil)\(path)",
            ]
            let answers = try await vault.refuses(targets.map { vault.get($0) })
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 400") || $0.hasPrefix("HTTP/1.1 421") })
        }
    }

    @Test func headersThatNameAnotherHostOrTarget() async throws {
        try await Vault.with { vault in
            let open = "/repos/octo-tools/hello-ci/actions/runs"
            for name in [
                "X-Forwarded-Host", "X-Original-Host", "X-Host", "X-Forwarded-Server", "X-HTTP-Host-Override",
                "Forwarded",
                "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "X-Forwarded-Proto", "X-Forwarded-Port", "Via",
            ] {
                for value in [vault.evil, "host=\(vault.evil)", vault.runs, "http://\(vault.evil)\(vault.runs)"] {
                    let answers = try await vault.refuses(
                        vault.get(open, "\(name): \(value)"),
                        vault.get(vault.runs, "\(name): \(value)"),
                        vault.get("/user", "\(name): \(value)")
                    )
                    #expect(answers[0].hasPrefix("HTTP/1.1 200"))
                    #expect(answers.allSatisfy { !$0.contains(vault.evil) }, "\(name): \(value)")
                }
            }
        }
    }

    @Test func methodsThatOpenTunnels() async throws {
        try await Vault.with { vault in
            let end = "Connection: close\r\n\r\n"
            let answers = try await vault.refuses(
                "CONNECT \(vault.evil) HTTP/1.1\r\nHost: \(vault.evil)\r\n\(end)",
                "CONNECT \(vault.evil) HTTP/1.1\r\nHost: \(vault.host)\r\n\(end)",
                "CONNECT \(vault.host) HTTP/1.1\r\nHost: \(vault.host)\r\n\r\n" + vault.get(vault.runs),
                "OPTIONS * HTTP/1.1\r\nHost: \(vault.host)\r\n\(end)",
                "OPTIONS \(vault.runs) HTTP/1.1\r\nHost: \(vault.host)\r\n\(end)",
                "TRACE \(vault.runs) HTTP/1.1\r\nHost: \(vault.host)\r\nAuthorization: token traced-4712\r\n\(end)",
                "TRACK \(vault.runs) HTTP/1.1\r\nHost: \(vault.host)\r\nAuthorization: token traced-4712\r\n\(end)",
                "PURGE \(vault.runs) HTTP/1.1\r\nHost: \(vault.host)\r\n\(end)"
            )
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 4") })
            #expect(answers.allSatisfy { !$0.contains("traced-4712") })
        }
    }
}
