// swift-tools-version: 6.2
import PackageDescription

/// Every target is built with the same strict settings: warnings are errors, imports are internal by default.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func kit(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Tests/Kits/\(name)", swiftSettings: settings)
}

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let asyncHTTPClient = product(name: "AsyncHTTPClient", package: "async-http-client")
    static let collections = product(name: "Collections", package: "swift-collections")
    static let configuration = product(name: "Configuration", package: "swift-configuration")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let cryptoExtras = product(name: "CryptoExtras", package: "swift-crypto")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let httpTypes = product(name: "HTTPTypes", package: "swift-http-types")
    static let hummingbird = product(name: "Hummingbird", package: "hummingbird")
    static let hummingbirdCore = product(name: "HummingbirdCore", package: "hummingbird")
    static let jwtKit = product(name: "JWTKit", package: "jwt-kit")
    static let logging = product(name: "Logging", package: "swift-log")
    static let nioCore = product(name: "NIOCore", package: "swift-nio")
    static let nioPosix = product(name: "NIOPosix", package: "swift-nio")
    static let nioHTTP1 = product(name: "NIOHTTP1", package: "swift-nio")
    static let protobuf = product(name: "SwiftProtobuf", package: "swift-protobuf")
    static let serviceLifecycle = product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let unixSignals = product(name: "UnixSignals", package: "swift-service-lifecycle")
    static let yams = product(name: "Yams", package: "Yams")
}

let package = Package(
    name: "hookcache",
    products: [
        .executable(name: "hookcache", targets: ["hookcache"]),
        .library(name: "HookCacheKit", targets: ["HookCacheKit"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    ],
    targets: [
        // Floor 0: facts about the two protocols.
        .systemLibrary(name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CSodium",
            path: "Sources/CSodium",
            pkgConfig: "libsodium",
            providers: [.apt(["libsodium-dev"])]
        ),
        module("Multiformats", [.crypto]),
        module("GitHubCore", [.crypto, .httpTypes]),
        // Floor 1: what decides.
        module("CacheCore", ["GitHubCore", "Multiformats", .collections]),
        module("GitHubSimulatorCore", ["GitHubCore"]),
        module(
            "LibP2PCore",
            ["CSodium", "Multiformats", .nioCore, .crypto, .cryptoExtras, .protobuf, .collections],
            exclude: [
                "Gossip/rpc.proto", "Identify/identify.proto", "Identity/envelope.proto", "Identity/keys.proto",
                "Kademlia/kademlia.proto", "Noise/noise.proto",
            ]
        ),
        // Floor 2: one concern each.
        module(
            "MeshCore",
            ["CacheCore", "GitHubCore", "Multiformats", .crypto, .protobuf],
            exclude: ["hookcache/v1/mesh.proto"]
        ),
        module(
            "CacheStore",
            ["CacheCore", "GitHubCore", "Multiformats", "CZlib", .grdb, .logging, .serviceLifecycle]
        ),
        module(
            "GitHubClient",
            [
                "CacheCore", "GitHubCore", "Multiformats", "CZlib", .asyncHTTPClient, .jwtKit, .logging, .nioCore,
                .nioHTTP1, .nioPosix,
            ]
        ),
        module(
            "LibP2P",
            [
                "CSodium", "LibP2PCore", "Multiformats", .crypto, .nioCore, .nioPosix, .collections,
                .serviceLifecycle, .logging,
            ]
        ),
        // Floor 3: the mesh and the node.
        module(
            "CacheMesh",
            [
                "MeshCore", "CacheStore", "CacheCore", "GitHubCore", "Multiformats", "LibP2P", "LibP2PCore", .nioCore,
                .serviceLifecycle, .logging,
            ]
        ),
        module(
            "CacheNode",
            ["CacheCore", "CacheStore", "GitHubCore", "Multiformats", .crypto, .serviceLifecycle, .logging]
        ),
        // Floor 4: what listens.
        module(
            "NodeServer",
            [
                "CacheNode", "CacheCore", "GitHubCore", "Multiformats", "CZlib", .hummingbird, .hummingbirdCore,
                .httpTypes, .nioCore, .nioPosix, .nioHTTP1, .logging, .serviceLifecycle, .crypto,
            ]
        ),
        module(
            "GitHubSimulator",
            [
                "GitHubSimulatorCore", "GitHubCore", "CZlib", .hummingbirdCore, .asyncHTTPClient, .crypto,
                .cryptoExtras, .httpTypes, .nioCore, .nioPosix, .nioHTTP1, .logging, .serviceLifecycle,
            ]
        ),
        // Floors 5 and 6: wiring and commands.
        module(
            "HookCacheKit",
            [
                "NodeServer", "CacheNode", "CacheMesh", "CacheStore", "CacheCore", "GitHubClient", "GitHubCore",
                "MeshCore", "LibP2P", "LibP2PCore", "Multiformats", .configuration, .logging,
                .serviceLifecycle, .crypto, .yams,
            ]
        ),
        .executableTarget(
            name: "hookcache",
            dependencies: [
                "HookCacheKit", "CacheCore", "GitHubSimulator", "GitHubSimulatorCore", "GitHubCore", .argumentParser,
                .asyncHTTPClient, .logging, .serviceLifecycle, .nioCore, .nioHTTP1, .unixSignals,
            ],
            swiftSettings: settings
        ),
        // Tests mirror Sources; kits are what several of them share.
        kit("AppKeys", [.crypto, .cryptoExtras]),
        kit("SharedData", []),
        kit("FleetModel", ["GossipWorld", "LibP2PCore", "Multiformats"]),
        kit("GossipWorld", ["LibP2PCore", "Multiformats"]),
        kit("Logs", [.logging]),
        kit("RawServers", [.nioCore, .nioPosix, .nioHTTP1]),
        kit(
            "Fleet",
            [
                "HookCacheKit", "GitHubSimulator", "GitHubSimulatorCore", "GitHubCore", .asyncHTTPClient, .logging,
                .nioCore, .nioHTTP1, .nioPosix, .serviceLifecycle,
            ]
        ),
        .executableTarget(
            name: "EventToFresh",
            dependencies: ["Fleet", "HookCacheKit", "GitHubSimulator", "GitHubSimulatorCore", "GitHubCore"],
            path: "Tests/Benchmarks/EventToFresh",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "HitsPerSecond",
            dependencies: [
                "Fleet", "HookCacheKit", "GitHubSimulator", "GitHubSimulatorCore", "GitHubCore", .nioCore, .nioHTTP1,
                .nioPosix,
            ],
            path: "Tests/Benchmarks/HitsPerSecond",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "WarmJoin",
            dependencies: [
                "Fleet", "HookCacheKit", "CacheMesh", "CacheStore", "CacheCore", "GitHubCore",
                "Multiformats",
                .asyncHTTPClient, .logging, .nioCore, .nioHTTP1, .serviceLifecycle,
            ],
            path: "Tests/Benchmarks/WarmJoin",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "PeerHit",
            dependencies: ["Fleet", "HookCacheKit", "GitHubSimulator", "GitHubSimulatorCore", "GitHubCore", .nioHTTP1],
            path: "Tests/Benchmarks/PeerHit",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "PollReplay",
            dependencies: ["Replay"],
            path: "Tests/Benchmarks/PollReplay",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "CallsPerHour",
            dependencies: ["Replay"],
            path: "Tests/Benchmarks/CallsPerHour",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "InteropPeer",
            dependencies: [
                "LibP2P", "LibP2PCore", "Multiformats", .argumentParser, .logging, .nioCore,
            ],
            path: "Tests/Interop/InteropPeer",
            swiftSettings: settings
        ),
        kit(
            "Replay",
            [
                "CacheWorld", "CacheCore", "HookCacheKit", "GitHubSimulator", "GitHubSimulatorCore", "GitHubCore",
                .asyncHTTPClient,
                .logging, .nioCore, .nioHTTP1, .serviceLifecycle,
            ]
        ),
        kit("SchemaCheck", ["GitHubSimulatorCore", "GitHubCore"]),
        .executableTarget(
            name: "Partitions",
            dependencies: [
                "GitHubSimulator", "GitHubSimulatorCore", "GitHubCore", .asyncHTTPClient, .logging, .nioCore,
                .nioHTTP1, .nioPosix, .serviceLifecycle,
            ],
            path: "Tests/Trials/Partitions",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "FleetOfNodes",
            dependencies: [
                "HookCacheKit", "CacheNode", "LibP2P", "GitHubSimulator", "GitHubSimulatorCore", "GitHubCore",
                .asyncHTTPClient, .logging, .nioCore, .nioHTTP1,
            ],
            path: "Tests/Benchmarks/FleetOfNodes",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "FleetCurve",
            dependencies: ["FleetModel"],
            path: "Tests/Benchmarks/FleetCurve",
            swiftSettings: settings
        ),
        kit("CacheWorld", ["CacheCore", "GitHubCore", "GitHubSimulatorCore", "Multiformats"]),
        kit("Simulation", ["CacheWorld", "CacheCore", "GitHubCore", "GitHubSimulatorCore", "Multiformats"]),
        tests("MultiformatsTests", ["Multiformats", "SharedData"]),
        tests("GitHubCoreTests", ["GitHubCore", "SharedData", .httpTypes]),
        tests(
            "CacheCoreTests",
            ["CacheCore", "CacheWorld", "GitHubCore", "Multiformats", "GitHubSimulatorCore", "Simulation"]
        ),
        tests(
            "GitHubSimulatorCoreTests",
            ["AppKeys", "GitHubSimulatorCore", "GitHubCore", "SchemaCheck", "SharedData"]
        ),
        tests(
            "LibP2PCoreTests",
            ["LibP2PCore", "FleetModel", "GossipWorld", "Multiformats", "SharedData", .nioCore]
        ),
        tests("MeshCoreTests", ["MeshCore", "CacheCore", "GitHubCore", "Multiformats"]),
        tests(
            "CacheStoreTests",
            ["CacheStore", "CacheCore", "GitHubCore", "Multiformats", .grdb, .logging, .serviceLifecycle]
        ),
        tests(
            "GitHubClientTests",
            [
                "AppKeys", "GitHubClient", "CacheCore", "GitHubCore", "GitHubSimulator", "GitHubSimulatorCore",
                "RawServers", .asyncHTTPClient, .logging, .nioCore, .nioHTTP1,
            ]
        ),
        tests(
            "LibP2PTests",
            [
                "LibP2P", "LibP2PCore", "Logs", "Multiformats", .nioCore, .nioPosix, .logging, .crypto,
                .serviceLifecycle,
            ]
        ),
        tests(
            "CacheMeshTests",
            [
                "CacheMesh", "MeshCore", "CacheStore", "CacheCore", "GitHubCore", "LibP2P", "LibP2PCore", "Logs",
                "Multiformats", .logging, .serviceLifecycle, .nioCore,
            ]
        ),
        tests(
            "CacheNodeTests",
            [
                "CacheNode", "CacheCore", "CacheStore", "CacheWorld", "GitHubCore", "Multiformats",
                "GitHubSimulatorCore", "SharedData", "Simulation", .logging, .serviceLifecycle,
            ]
        ),
        tests(
            "NodeServerTests",
            [
                "NodeServer", "CacheNode", "CacheCore", "GitHubCore", "Multiformats", .hummingbird, .httpTypes,
                .nioCore,
                .nioPosix, .logging, .serviceLifecycle,
            ]
        ),
        tests(
            "GitHubSimulatorTests",
            [
                "AppKeys", "GitHubSimulator", "GitHubSimulatorCore", "GitHubCore", .asyncHTTPClient, .hummingbird,
                .httpTypes, .nioCore, .nioHTTP1, .logging,
            ]
        ),
        tests(
            "HookCacheKitTests",
            [
                "AppKeys", "Fleet", "Replay", "HookCacheKit", "CacheCore", "CacheNode", "CacheWorld", "GitHubSimulator",
                "GitHubSimulatorCore", "GitHubCore", "LibP2P", "LibP2PCore", "Logs", "MeshCore", "Multiformats",
                "RawServers",
                .asyncHTTPClient, .logging, .serviceLifecycle, .nioCore, .nioHTTP1, .nioPosix,
            ]
        ),
        tests(
            "hookcacheTests",
            [
                "hookcache", "HookCacheKit", "GitHubCore", "GitHubSimulator", "GitHubSimulatorCore",
                .argumentParser, .logging,
                .asyncHTTPClient, .nioCore, .nioHTTP1, .nioPosix,
            ]
        ),
    ]
)
