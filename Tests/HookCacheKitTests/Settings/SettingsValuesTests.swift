import Testing

@testable import HookCacheKit

@Suite struct SettingsValuesTests {
    @Test(arguments: ["127.0.0.1:0", "localhost:65535", "[::1]:80", "[fe80::1%eth0]:80", "a_b.example:1"])
    func aListenAddressReadsBackAsItself(text: String) {
        #expect(Settings.ListenAddress(text)?.description == text)
    }

    @Test(arguments: ["", ":80", "80", "a:", "a:65536", "a:-1", "::1:80", "[a]:80", "[]:80", "a b:80", "http://a:80"])
    func whatIsNoListenAddressIsNone(text: String) {
        #expect(Settings.ListenAddress(text) == nil)
    }

    @Test(arguments: ["127.0.0.1:1", "localhost:1", "[::1]:1"])
    func loopbackIsKnown(text: String) {
        #expect(Settings.ListenAddress(text)?.isLoopback == true)
        #expect(Settings.ListenAddress("0.0.0.0:1")?.isLoopback == false)
    }

    @Test(arguments: ["octo-org", "octo-org/app.js_2", "short_emu/-"])
    func aWatchTargetReadsBackAsItself(text: String) {
        #expect(Settings.WatchTarget(text)?.description == text)
    }

    @Test(arguments: ["", "/", "a/", "/b", "a/b/c", "a b", "a/..", "ä/b", "a.b/c", "https://github.com"])
    func whatIsNoWatchTargetIsNone(text: String) {
        #expect(Settings.WatchTarget(text) == nil)
    }

    @Test(
        arguments: [
            ("64MiB", 67_108_864), ("1 GiB", 1_073_741_824), ("2kb", 2000), ("512", 512), ("3B", 3), ("4M", 4_194_304),
            ("", nil), ("MiB", nil), ("1.5MiB", nil), ("-1", nil), ("9223372036854775807GiB", nil), ("1 TiBB", nil),
        ] as [(String, Int?)]
    )
    func bytesAreCounted(text: String, bytes: Int?) {
        #expect(Settings.byteCount(text) == bytes)
    }
}
