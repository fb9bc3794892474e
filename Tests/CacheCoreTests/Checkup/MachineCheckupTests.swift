import CacheCore
import Testing

/// What is said of files, the disk, ports, the socket, the webhook's URL and peers.
struct MachineCheckupTests {
    private func store(_ adjust: (inout Checkup.StoreFacts) -> Void = { _ in }) -> [Checkup] {
        var facts = Checkup.StoreFacts(folder: "/data")
        facts.free = 100 << 30
        facts.database = 1 << 20
        facts.damages = []
        adjust(&facts)
        return Checkup.ofStore(facts)
    }

    @Test func filesAreTheirOwnersAlone() {
        let folder = Checkup.FileFacts("the folder", path: "/data", mode: 0o700, isFolder: true)
        let token = Checkup.FileFacts("the control token", path: "/data/control-token", mode: 0o640)
        let absent = Checkup.FileFacts("the key", path: "/data/key", mode: nil)
        #expect(Checkup.ofFiles([folder, absent]).map(\.standing) == [.pass])
        let open = Checkup.ofFiles([folder, token, absent])
        #expect(open.map(\.standing) == [.fail])
        #expect(open.first?.remedy == "chmod 600 /data/control-token")
        let wide = Checkup.FileFacts("the folder", path: "/data", mode: 0o755, isFolder: true)
        #expect(Checkup.ofFiles([wide]).map(\.standing) == [.warn])
        #expect(Checkup.ofFiles([wide]).first?.remedy == "chmod 700 /data")
    }

    @Test func theStore() {
        #expect(store().map(\.standing) == [.pass, .pass])
        #expect(store { $0.refusal = "Read-only file system" }.map(\.standing) == [.fail, .pass])
        #expect(store { $0.free = 500 << 20 }.map(\.standing) == [.warn, .pass])
        #expect(store { $0.free = 1 << 20 }.map(\.standing) == [.fail, .pass])
        #expect(store { $0.log = 1 << 30 }.map(\.standing) == [.warn, .pass])
        #expect(store { $0.damages = ["row 7 missing from index"] }.map(\.standing) == [.pass, .fail])
        #expect(store { $0.damages = nil }.map(\.standing) == [.pass, .warn])
        #expect(store { $0.database = nil }.map(\.standing) == [.pass, .pass])
    }

    private func port(
        _ finding: Checkup.PortFacts.Finding,
        _ purpose: Checkup.PortFacts.Purpose = .webhook,
        isLoopback: Bool = true,
        isRunning: Bool,
        hasSecret: Bool = true
    ) -> Checkup.Standing {
        let facts = Checkup.PortFacts(purpose, address: "127.0.0.1:8787", isLoopback: isLoopback, finding: finding)
        return Checkup.ofPort(facts, isRunning: isRunning, hasSecret: hasSecret).standing
    }

    @Test func portsWithoutANodeMustBeFree() {
        #expect(port(.free, isRunning: false) == .pass)
        #expect(port(.listening, isRunning: false) == .fail)
        #expect(port(.refused("Permission denied"), isRunning: false) == .fail)
        #expect(port(.anyPort, isRunning: false) == .pass)
    }

    @Test func aNodeListensAtItsPorts() {
        #expect(port(.listening, isRunning: true) == .pass)
        #expect(port(.free, isRunning: true) == .fail)
        #expect(port(.free, isRunning: true, hasSecret: false) == .warn)
        #expect(port(.free, .api, isRunning: true, hasSecret: false) == .fail)
        #expect(port(.listening, .api, isLoopback: false, isRunning: true) == .warn)
        #expect(port(.listening, .webhook, isLoopback: false, isRunning: true) == .pass)
    }

    @Test func theSocketTellsWhetherANodeRuns() {
        #expect(Checkup.ofSocket(.answering, path: "/s").standing == .pass)
        #expect(Checkup.ofSocket(.answering, path: "/s", isNotReady: "deliveries wait").standing == .warn)
        #expect(Checkup.ofSocket(.absent, path: "/s").standing == .warn)
        #expect(Checkup.ofSocket(.dead, path: "/s").standing == .warn)
        #expect(Checkup.ofSocket(.foreign, path: "/s").standing == .fail)
    }

    @Test func theDoorRefusesWhoeverDoesNotSign() {
        let url = "https://hooks.example.com/webhook"
        #expect(Checkup.ofDoor(.answered(status: 401, isRefusal: true), url: url).standing == .pass)
        #expect(Checkup.ofDoor(.answered(status: 401, isRefusal: false), url: url).standing == .fail)
        #expect(Checkup.ofDoor(.answered(status: 200, isRefusal: false), url: url).standing == .fail)
        #expect(Checkup.ofDoor(.answered(status: 502, isRefusal: false), url: url).standing == .fail)
        #expect(Checkup.ofDoor(.failed("refused"), url: url).standing == .fail)
    }

    @Test func peers() {
        let here = (address: "/ip4/192.0.2.7/tcp/9000/p2p/A", peer: "A", failure: String?.none)
        let gone = (address: "/ip4/192.0.2.8/tcp/9000/p2p/B", peer: "B", failure: String?.some("refused"))
        func standing(_ connected: [String]?, _ bootstrap: [(address: String, peer: String, failure: String?)])
            -> [Checkup.Standing]
        { Checkup.ofPeers(connected: connected, bootstrap: bootstrap, own: []).map(\.standing) }
        #expect(standing(["A"], [here, gone]) == [.pass, .warn, .pass])
        #expect(standing([], [here]) == [.warn, .pass])
        #expect(standing(nil, [here]) == [.pass, .pass])
        #expect(standing(nil, []) == [.pass])
    }
}
