import GRDB

/// The tables, as registered migrations: one that was released is never changed.
///
/// There are no foreign keys: changes are written behind and must never be refused for a row's sake. An entry whose
/// body is missing is dropped when the store opens.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 inbox, entries, bodies, states, hooks, peers") { database in
            for statement in first { try database.execute(sql: statement) }
        }
        migrator.registerMigration("2 proofs, owners of validators") { database in
            for statement in second { try database.execute(sql: statement) }
        }
        migrator.registerMigration("3 names") { database in
            for statement in third { try database.execute(sql: statement) }
        }
        migrator.registerMigration("4 tags of queries") { database in
            try database.execute(sql: "ALTER TABLE entry ADD COLUMN tags TEXT")
        }
        migrator.registerMigration("5 rotation of secrets") { database in
            try database.execute(sql: "ALTER TABLE hook ADD COLUMN next_secret TEXT")
            try database.execute(sql: "ALTER TABLE hook ADD COLUMN changed_at INTEGER")
        }
        migrator.registerMigration("6 delivery logs") { database in
            for statement in deliveryLogs { try database.execute(sql: statement) }
        }
        migrator.registerMigration("7 prewarm jobs") { database in
            try database.execute(sql: prewarmJobs)
        }
        migrator.registerMigration("8 attempts at deliveries") { database in
            try database.execute(sql: "ALTER TABLE inbox ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0")
        }
        migrator.registerMigration("9 what peers say of their addresses") { database in
            try database.execute(sql: "ALTER TABLE peer ADD COLUMN is_reached INTEGER NOT NULL DEFAULT 1")
            try database.execute(sql: "ALTER TABLE peer ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0")
        }
        return migrator
    }

    private static let prewarmJobs = """
        CREATE TABLE prewarm (
            name TEXT NOT NULL PRIMARY KEY,
            job BLOB NOT NULL,
            settled_through INTEGER NOT NULL,
            open_slot INTEGER,
            open_since INTEGER,
            open_place TEXT,
            resumes_at INTEGER,
            started_at INTEGER,
            ended_at INTEGER,
            outcome TEXT,
            reason TEXT,
            counted INTEGER NOT NULL,
            free INTEGER NOT NULL,
            refused INTEGER NOT NULL,
            runner BLOB
        ) STRICT, WITHOUT ROWID
        """

    private static let deliveryLogs = [
        "ALTER TABLE hook ADD COLUMN settled_through INTEGER",
        "ALTER TABLE hook ADD COLUMN checked_at INTEGER",
        "ALTER TABLE hook ADD COLUMN log_calls INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE hook ADD COLUMN log_recovered INTEGER NOT NULL DEFAULT 0",
    ]

    private static let second = [
        """
        CREATE TABLE proof (
            credential TEXT NOT NULL,
            scope TEXT NOT NULL COLLATE NOCASE,
            family TEXT NOT NULL,
            proven_at INTEGER NOT NULL,
            PRIMARY KEY (credential, scope, family)
        ) STRICT, WITHOUT ROWID
        """,
        "ALTER TABLE entry ADD COLUMN etag_owner TEXT",
    ]

    private static let third = [
        """
        CREATE TABLE name (
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            as_of INTEGER NOT NULL,
            PRIMARY KEY (kind, key)
        ) STRICT, WITHOUT ROWID
        """
    ]

    private static let first = [
        """
        CREATE TABLE inbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            scope TEXT NOT NULL COLLATE NOCASE,
            delivery TEXT NOT NULL,
            event TEXT NOT NULL,
            hook_id INTEGER,
            received_at INTEGER NOT NULL,
            status INTEGER NOT NULL,
            settled_at INTEGER,
            reason TEXT,
            format INTEGER,
            size INTEGER,
            body BLOB,
            UNIQUE (scope, delivery)
        ) STRICT
        """,
        "CREATE INDEX inbox_pending ON inbox (id) WHERE status = 0",
        "CREATE INDEX inbox_settled ON inbox (settled_at) WHERE status <> 0",
        """
        CREATE TABLE entry (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL,
            status INTEGER NOT NULL,
            cid BLOB NOT NULL,
            size INTEGER NOT NULL,
            content_type TEXT NOT NULL,
            etag TEXT,
            last_modified TEXT,
            link TEXT,
            media_type TEXT,
            validated_at INTEGER NOT NULL,
            fresh_until INTEGER NOT NULL,
            source TEXT NOT NULL,
            standing TEXT NOT NULL,
            last_read INTEGER
        ) STRICT
        """,
        """
        CREATE TABLE body (
            id INTEGER PRIMARY KEY,
            cid BLOB NOT NULL UNIQUE,
            format INTEGER NOT NULL,
            size INTEGER NOT NULL,
            data BLOB NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE state (
            repository TEXT NOT NULL COLLATE NOCASE,
            kind TEXT NOT NULL,
            object_id INTEGER NOT NULL,
            cid BLOB NOT NULL,
            authority INTEGER NOT NULL,
            seen_at INTEGER NOT NULL,
            run_id INTEGER NOT NULL,
            status TEXT NOT NULL,
            labels TEXT NOT NULL,
            is_private INTEGER NOT NULL,
            run_attempt INTEGER,
            is_completed INTEGER NOT NULL,
            is_running INTEGER NOT NULL,
            updated_at INTEGER,
            started_at INTEGER,
            completed_at INTEGER,
            steps_completed INTEGER,
            steps_started INTEGER,
            deployment_updated_at INTEGER,
            delivered_at INTEGER,
            job_status TEXT,
            PRIMARY KEY (repository, kind, object_id)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE visibility (
            repository TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
            repository_id INTEGER,
            is_private INTEGER NOT NULL,
            as_of INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            key TEXT NOT NULL,
            payload BLOB NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE hook (
            scope TEXT NOT NULL PRIMARY KEY COLLATE NOCASE,
            hook_id INTEGER,
            url TEXT NOT NULL,
            secret TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE peer (
            peer BLOB NOT NULL,
            address TEXT NOT NULL,
            last_seen INTEGER NOT NULL,
            PRIMARY KEY (peer, address)
        ) STRICT, WITHOUT ROWID
        """,
    ]
}
