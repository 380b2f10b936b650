import Foundation

/// Which broker to connect to, and how.
public struct MQTTSettings: Sendable, Hashable {
    public enum Version: String, Sendable, Hashable, CaseIterable {
        case v3 = "3.1.1"
        case v5 = "5"
    }

    /// PEM files.
    public struct TLS: Sendable, Hashable {
        /// What the appliance shows to a broker that asks who it is.
        public struct Certificate: Sendable, Hashable {
            public var file: String
            public var keyFile: String

            public init(file: String, keyFile: String) {
                self.file = file
                self.keyFile = keyFile
            }
        }

        /// Of the certification authority that the broker's certificate must come from.
        public var caFile: String
        public var certificate: Certificate?

        public init(caFile: String, certificate: Certificate? = nil) {
            self.caFile = caFile
            self.certificate = certificate
        }
    }

    public var host: String
    public var port: UInt16
    /// Fixed: the broker keeps messages for it while the appliance is down.
    public var clientID: String
    /// False makes the broker keep session and messages between connections.
    public var cleanSession: Bool
    public var credentials: MQTTCredentials?
    /// Nil connects without TLS.
    public var tls: TLS?
    public var version: Version
    /// Group of appliances that divide the messages among them (`$share/GROUP/…`); nil takes all.
    public var share: String?
    /// Where the broker keeps whether the client is there (``MQTTPresence``); nil tells nobody.
    public var statusTopic: String?
    public var keepAliveSeconds: Int
    /// From the start of a connection attempt to the broker's answer.
    public var connectTimeoutMs: Int
    /// Wait before the first reconnect; doubles with each failure up to `reconnectCeilingMs`.
    public var reconnectMs: Int
    public var reconnectCeilingMs: Int

    public init(
        host: String, port: UInt16 = 1883, clientID: String, cleanSession: Bool = false,
        credentials: MQTTCredentials? = nil, tls: TLS? = nil, version: Version = .v3, share: String? = nil,
        statusTopic: String? = nil, keepAliveSeconds: Int = 30,
        connectTimeoutMs: Int = 10_000, reconnectMs: Int = 500, reconnectCeilingMs: Int = 30_000
    ) {
        self.host = host
        self.port = port
        self.clientID = clientID
        self.cleanSession = cleanSession
        self.credentials = credentials
        self.tls = tls
        self.version = version
        self.share = share
        self.statusTopic = statusTopic
        self.keepAliveSeconds = keepAliveSeconds
        self.connectTimeoutMs = connectTimeoutMs
        self.reconnectMs = reconnectMs
        self.reconnectCeilingMs = reconnectCeilingMs
    }

    var reconnect: Backoff { Backoff(firstMs: reconnectMs, ceilingMs: reconnectCeilingMs) }
}

/// A user name and password; never printed.
public struct MQTTCredentials: Sendable, Hashable, CustomStringConvertible {
    public let user: String
    public let password: String

    public var description: String { "\(user):…" }

    public init(user: String, password: String) {
        self.user = user
        self.password = password
    }

    /// Reads the first line of a file, `user:password`.
    ///
    /// - Throws: ``MQTTError/passwordFile(path:expected:)``.
    public init(file path: String) throws(MQTTError) {
        guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.read(upToCount: 4096) else {
            throw .passwordFile(path: path, expected: "a readable file")
        }
        let line = String(decoding: data, as: UTF8.self).prefix { !$0.isNewline }
        guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else {
            throw .passwordFile(path: path, expected: "user:password on the first line")
        }
        user = String(line[..<colon])
        password = String(line[line.index(after: colon)...])
    }
}
