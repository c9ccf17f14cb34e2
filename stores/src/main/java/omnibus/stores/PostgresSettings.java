package omnibus.stores;

/** The server's configuration: nothing acknowledged is ever lost, and little memory is used. */
final class PostgresSettings {
    private PostgresSettings() {}

    static String server(int port) {
        return """
                # Written at each start; changes made here do not last.
                listen_addresses = '127.0.0.1'
                port = %d
                unix_socket_directories = ''
                password_encryption = scram-sha-256
                max_connections = 100

                # Acknowledged means on disk.
                fsync = on
                synchronous_commit = on
                full_page_writes = on

                # Small: the whole shop shares one machine with its stores.
                shared_buffers = 64MB
                work_mem = 4MB
                maintenance_work_mem = 32MB
                max_wal_size = 512MB
                min_wal_size = 64MB
                io_method = sync
                max_worker_processes = 2
                max_parallel_workers = 0
                max_parallel_workers_per_gather = 0
                max_parallel_maintenance_workers = 0
                max_logical_replication_workers = 0
                # Nobody replicates. Without this a checkpoint writes a file about it, and panics where the disk is full.
                max_active_replication_origins = 0
                max_wal_senders = 0
                autovacuum_max_workers = 2
                jit = off

                # A client that has gone away does not go on holding locks.
                client_connection_check_interval = 1s
                tcp_user_timeout = 10s

                log_destination = stderr
                logging_collector = off
                log_min_messages = warning
                # The details of an error repeat values of the row it is about, such as an e-mail that is taken.
                log_error_verbosity = terse
                log_checkpoints = off
                log_line_prefix = '%%m [%%p] %%q%%u@%%d '
                log_timezone = 'UTC'
                timezone = 'UTC'
                datestyle = 'iso, mdy'
                lc_messages = 'C'
                lc_monetary = 'C'
                lc_numeric = 'C'
                lc_time = 'C'
                default_text_search_config = 'pg_catalog.simple'
                """.formatted(port);
    }

    /** Who may connect: whoever knows a password, from this machine. */
    static String access() {
        return "host all all 127.0.0.1/32 scram-sha-256\n";
    }
}
