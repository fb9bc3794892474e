import CacheCore
import Testing

@Suite struct WebhookURLTests {
    private func refusal(_ url: String, _ reach: HookReach = .internet) -> WebhookURLError? {
        do {
            _ = try WebhookURL(url, reach: reach)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        "https://hooks.example.com/webhook", "http://hooks.example.com", "HTTPS://Hooks.Example.com:8443/webhook?a=b",
        "https://93.184.216.34/webhook", "https://[2606:2800:220:1:248:1893:25c8:1946]:443/", "https://a.b.c.",
        "https://xn--bcher-kva.example/webhook",
    ])
    func whatIsOnTheInternetWillDo(url: String) {
        for reach in [HookReach.internet, .network, .machine] { #expect(refusal(url, reach) == nil) }
    }

    @Test(arguments: [
        "http://localhost/webhook", "https://LOCALHOST:8787/", "https://a.localhost/", "https://localhost./",
        "http://127.0.0.1:8787/webhook", "http://127.9.9.9/", "http://0.0.0.0/", "http://[::1]/", "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
    ])
    func theMachineItselfWillNotDo(url: String) {
        for reach in [HookReach.internet, .network] {
            guard case .machine = refusal(url, reach) else {
                Issue.record("\(url) is not refused as the machine itself")
                continue
            }
        }
        #expect(refusal(url, .machine) == nil)
    }

    @Test(arguments: [
        "http://10.0.0.1/", "http://172.16.0.1/", "http://172.31.255.255/", "http://192.168.1.5/webhook",
        "http://169.254.169.254/", "http://100.64.0.1/", "http://224.0.0.1/", "http://255.255.255.255/",
        "http://[fd00::1]/", "http://[fe80::1]/", "http://[::ffff:10.0.0.1]/", "http://buildhost/webhook",
        "http://ci.local/", "http://ci.corp.internal/",
    ])
    func aPrivateNetworkWillDoForAServerInItAlone(url: String) {
        guard case .network = refusal(url) else {
            Issue.record("\(url) is not refused as private")
            return
        }
        #expect(refusal(url, .network) == nil)
    }

    @Test(arguments: ["172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "11.0.0.1", "169.253.0.1"])
    func theNeighboursOfPrivateNetworksArePublic(address: String) {
        #expect(refusal("http://\(address)/") == nil)
    }

    @Test(arguments: [
        ("ftp://hooks.example.com/", WebhookURLError.scheme), ("hooks.example.com", .scheme), ("", .scheme),
        ("https://", .host), ("https:///webhook", .host), ("https://:8080/", .host), ("https://a..b/", .host),
        ("https://2130706433/", .host), ("https://127.1/", .host), ("https://0x7f.0.0.0x1/", .host),
        ("https://[::1/", .host), ("https://[::g]/", .host), ("https://[::1]x/", .host), ("https://a_b!c/", .host),
        ("https://user@hooks.example.com/", .credentials), ("https://user:pass@hooks.example.com/", .credentials),
        ("https://hooks.example.com:/", .port), ("https://hooks.example.com:0/", .port),
        ("https://hooks.example.com:65536/", .port), ("https://hooks.example.com:x/", .port),
        ("https://hooks.example.com/a b", .character), ("https://hooks.example.com/\n", .character),
        ("https://b\u{FC}cher.example/", .character),
    ])
    func whatIsNoURLSaysWhy(url: String, why: WebhookURLError) {
        #expect(refusal(url, .machine) == why)
    }

    @Test(arguments: [
        ("https://api.github.com", HookReach.internet), ("https://octo.ghe.com/api/v3", .internet),
        ("https://github.corp.example/api/v3", .network), ("http://10.0.0.8/api/v3", .network),
        ("http://127.0.0.1:40000", .machine), ("http://localhost:1/api/v3", .machine), ("nonsense", .internet),
    ])
    func whereAGitHubReachesFollowsFromWhereItIs(url: String, reach: HookReach) {
        #expect(HookReach(apiURL: url) == reach)
    }
}
