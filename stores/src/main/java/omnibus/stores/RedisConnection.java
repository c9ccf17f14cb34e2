package omnibus.stores;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** As much of a Redis client as it takes to look after a server: one command at a time, texts only. */
public final class RedisConnection implements Closeable {
    private static final int TIMEOUT_MILLIS = 2000;

    private final Socket socket = new Socket();
    private final InputStream in;

    RedisConnection(int port, String password) throws IOException {
        this("127.0.0.1", port, password);
    }

    public RedisConnection(String host, int port, String password) throws IOException {
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
            in = new BufferedInputStream(socket.getInputStream());
            if (!password.isEmpty()) call("AUTH", password);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The answer: a text, a number as text, or nothing; of a list, its elements. An error answer is thrown. */
    public List<String> call(String... words) throws IOException {
        var request = new ByteArrayOutputStream();
        request.writeBytes(line("*" + words.length));
        for (var word : words) {
            var bytes = word.getBytes(StandardCharsets.UTF_8);
            request.writeBytes(line("$" + bytes.length));
            request.writeBytes(bytes);
            request.writeBytes(line(""));
        }
        socket.getOutputStream().write(request.toByteArray());
        var answer = new ArrayList<String>();
        read(answer);
        return answer;
    }

    private static byte[] line(String text) {
        return (text + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    private void read(List<String> answer) throws IOException {
        var line = readLine();
        var rest = line.substring(1);
        switch (line.charAt(0)) {
            case '+', ':' -> answer.add(rest);
            case '-' -> throw new IOException("Redis refuses: " + rest);
            case '$' -> readText(Integer.parseInt(rest), answer);
            case '*' -> {
                for (var i = Integer.parseInt(rest); i > 0; i--) read(answer);
            }
            default -> throw new IOException("Not Redis: " + line);
        }
    }

    private void readText(int length, List<String> answer) throws IOException {
        if (length < 0) return;
        var bytes = in.readNBytes(length);
        if (bytes.length < length || in.readNBytes(2).length < 2) throw new EOFException("Redis closed the connection");
        answer.add(new String(bytes, StandardCharsets.UTF_8));
    }

    private String readLine() throws IOException {
        var line = new ByteArrayOutputStream();
        for (var next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) throw new EOFException("Redis closed the connection");
            line.write(next);
        }
        var text = line.toString(StandardCharsets.UTF_8).stripTrailing();
        if (text.isEmpty()) throw new IOException("Not Redis");
        return text;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
