import Testing

@testable import NodeServer

struct AcceptEncodingTests {
    @Test(arguments: [
        "gzip", "deflate, GZIP;q=0.5", "*", "x-gzip", "gzip;q=0.001", "br, gzip ; q = 1.000", "gzip;q=0.5, *",
        "identity;q=0.5, gzip", "gzip, identity", "*;q=0.1", "gzip, *;q=0", ",, gzip,",
    ])
    func theseWouldHaveGzip(field: String) {
        #expect(AcceptEncoding(field).prefersGzip)
    }

    @Test(arguments: [
        nil, "", "identity", "br", "gzip;q=0", "gzip; q=0.0, *", "gzip;q=0.000", "identity, *;q=0", "*;q=0",
        "gzip;q=0.5, identity", "gzip;q=0.2, identity;q=0.3", "gzip;q=x", "gzip;q=", "gzip;q=-1", "gzipped", ";q=1",
    ])
    func theseWouldHavePlainBytes(field: String?) {
        #expect(!AcceptEncoding(field).prefersGzip)
    }

    @Test(arguments: [
        ("gzip, identity;q=0", true), ("gzip;q=0.1, *;q=0", true), ("gzip", false), ("identity;q=0", false),
        ("*;q=0", false),
        ("*, identity;q=0", true),
    ])
    func whoRefusesPlainBytesGetsNone(field: String, needs: Bool) {
        #expect(AcceptEncoding(field).needsGzip == needs)
    }
}
