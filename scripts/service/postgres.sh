# PostgreSQL, as durable as in production. Sourced by scripts/services.
# shellcheck shell=bash disable=SC2154

postgres_variable() { echo TEST_DATABASE_URL; }

# PostgreSQL's "fast" shutdown: no waiting for clients.
postgres_signal() { echo INT; }

# It listens before it has recovered from a crash.
postgres_ready() {
    "$(postgres_bin)/pg_isready" --quiet --host=127.0.0.1 --port="$(port_of postgres)"
}

postgres_url() {
    echo "postgres://dotcursor:dotcursor@127.0.0.1:$(port_of postgres)/postgres"
}

# The newest version that is installed.
postgres_bin() {
    local -a found
    mapfile -t found < <(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V)
    [[ -x ${found[-1]}/initdb ]] || fail "no initdb under /usr/lib/postgresql"
    echo "${found[-1]}"
}

postgres_make() {
    local folder=$dir/postgres
    echo dotcursor >"$folder/password"
    # "password" and not SCRAM: a debug build would spend its time on SCRAM's rounds, once for each connection.
    as postgres "$(postgres_bin)/initdb" --pgdata="$folder/data" --username=dotcursor --pwfile="$folder/password" \
        --auth=password --encoding=UTF8 --locale=C --no-instructions >>"$folder/log" 2>&1 ||
        fail "initdb failed: see $folder/log"
}

postgres_run() {
    local folder=$dir/postgres _
    # After a kill -9 the children of the old server need a moment to notice; their shared memory blocks a new one.
    for _ in {1..20}; do
        # It takes its own files of old for another server's if some other process has the number by now that its own had.
        rm -f "$folder/data/postmaster.pid" "$folder"/.s.PGSQL.*
        launch postgres "$folder/pid" "$(postgres_bin)/postgres" -D "$folder/data" -p "$(port_of postgres)" \
            -c listen_addresses=127.0.0.1 -c unix_socket_directories="$folder" -c max_connections=300 -c fsync=on
        sleep 0.3
        if running postgres; then return; fi
    done
}
