# Processes and their ports: how a server is started under its own user, found again and ended. Sourced by scripts/services.
# shellcheck shell=bash disable=SC2154

fail() {
    echo "services: $*" >&2
    exit 1
}

# The user of Debian's package, if we may choose; else whoever we are.
user_of() {
    if [[ $(id -u) == 0 ]]; then echo "$1"; else id -un; fi
}

prepare_folder() {
    local service=$1 user
    user=$(user_of "$service")
    mkdir -p "$dir/$service"
    chown "$user" "$dir/$service"
    as "$service" test -w "$dir/$service" ||
        fail "user $user cannot reach $dir/$service: take a folder that everybody may enter, for instance by TMPDIR=/tmp"
}

# Runs a command under the user of a service, in its folder, and waits for it.
as() {
    local service=$1
    shift
    (cd "$dir/$service" 2>/dev/null || cd /; exec_as "$service" "$@")
}

# Replaces this process by the command, so that its id is the command's.
exec_as() {
    local user
    user=$(user_of "$1")
    shift
    if [[ $(id -u) == 0 ]]; then
        exec setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups -- "$@"
    fi
    exec "$@"
}

# Starts a command in the background, in a session of its own: Ctrl-C ends the tests, which then end the server.
launch() {
    local service=$1 pid_file=$2
    shift 2
    (
        cd "$dir/$service" || exit
        exec_as "$service" setsid "$@" </dev/null >>"$dir/$service/log" 2>&1 &
        echo $! >"$pid_file"
    )
}

pid_of() {
    local pid_file=$dir/$1/pid
    [[ -s $pid_file ]] && tr -d '[:space:]' <"$pid_file"
}

# Whether the process is there and works in our folder: a number that was written down may have gone to another process since.
alive() {
    [[ $(readlink "/proc/$1/cwd") == "$dir"/* ]]
}

running() {
    local pid
    pid=$(pid_of "$1") && alive "$pid"
}

running_services() {
    local service
    for service in "${all[@]}"; do
        if running "$service"; then echo "$service"; fi
    done
}

# Sends the signal and waits until the process is gone.
end() {
    local service=$1 signal=$2 pid
    if pid=$(pid_of "$service"); then
        end_process "$pid" "$signal"
        rm -f "$dir/$service/pid"
    fi
    if [[ $service == rabbitmq ]]; then rabbitmq_end_session; fi
}

end_process() {
    local pid=$1 signal=$2 _
    alive "$pid" || return 0
    kill "-$signal" "$pid" 2>/dev/null || return 0
    for _ in {1..300}; do
        alive "$pid" || return 0
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
}

# The port of a service, chosen once. Below those that outgoing connections take.
port_of() {
    local file=$dir/$1/port
    [[ -s $file ]] || free_port >"$file"
    cat "$file"
}

free_port() {
    local port
    while true; do
        port=$((20000 + SRANDOM % 12000))
        listening "$port" || break
    done
    echo "$port"
}

listening() {
    (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Waits until the service answers; 90 seconds are plenty on a busy machine.
await() {
    local service=$1 _
    for _ in {1..900}; do
        if "${service}_ready"; then return; fi
        if [[ -s $dir/$service/pid ]] && ! running "$service"; then break; fi
        sleep 0.1
    done
    tail -n 20 "$dir/$service/log" >&2 || true
    fail "$service did not start on 127.0.0.1:$(port_of "$service"); the end of $dir/$service/log stands above"
}
