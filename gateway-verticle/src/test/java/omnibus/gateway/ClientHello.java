package omnibus.gateway;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;

/** The first message of a TLS connection, byte by byte, for what no client library of today would offer. */
final class ClientHello {
    static final int TLS_1_1 = 0x0302;
    static final int TLS_1_2 = 0x0303;
    static final int RSA_WITH_AES_128_CBC_SHA = 0x002f;
    static final int RSA_WITH_AES_128_GCM_SHA256 = 0x009c;
    static final int ECDHE_RSA_WITH_AES_128_CBC_SHA = 0xc013;
    static final int ECDHE_RSA_WITH_AES_128_GCM_SHA256 = 0xc02f;

    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int SERVER_HELLO = 2;

    private ClientHello() {}

    /** What the server says to it: {@code hello}, {@code alert} and its number (RFC 5246, section 7.2), or {@code closed}. */
    static String answerTo(int port, int version, int... suites) throws IOException {
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(bytes(version, suites));
            var in = new DataInputStream(socket.getInputStream());
            var type = in.read();
            if (type < 0) return "closed";
            in.skipNBytes(4); // version and length
            var first = in.readUnsignedByte();
            if (type == HANDSHAKE && first == SERVER_HELLO) return "hello";
            if (type == ALERT) return "alert " + in.readUnsignedByte();
            throw new AssertionError("a record of type " + type + " that begins with " + first);
        }
    }

    private static byte[] bytes(int version, int... suites) {
        var hello = new Bytes().two(version);
        for (var i = 0; i < 32; i++) hello.one(i); // random
        hello.one(0); // no session
        hello.two(2 * suites.length);
        for (var suite : suites) hello.two(suite);
        hello.one(1).one(0); // no compression
        var groups = new Bytes().two(4).two(29).two(23); // x25519, secp256r1
        var points = new Bytes().one(1).one(0); // uncompressed
        var signatures = new Bytes().two(6).two(0x0804).two(0x0401).two(0x0201); // RSA, from PSS to PKCS 1 with SHA-1
        var extensions = new Bytes().extension(10, groups).extension(11, points).extension(13, signatures);
        hello.two(extensions.size()).all(extensions);
        var message = new Bytes().one(1).one(0).two(hello.size()).all(hello);
        return new Bytes()
                .one(HANDSHAKE)
                .two(0x0301)
                .two(message.size())
                .all(message)
                .written
                .toByteArray();
    }

    private static final class Bytes {
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        int size() {
            return written.size();
        }

        Bytes one(int value) {
            written.write(value);
            return this;
        }

        Bytes two(int value) {
            return one(value >> 8).one(value);
        }

        Bytes all(Bytes others) {
            written.writeBytes(others.written.toByteArray());
            return this;
        }

        Bytes extension(int number, Bytes content) {
            return two(number).two(content.size()).all(content);
        }
    }
}
