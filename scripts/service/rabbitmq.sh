# RabbitMQ: a node with a name, a cookie and a port mapper (epmd) of its own, so that it knows of no other. Sourced by
# scripts/services.
# shellcheck shell=bash disable=SC2154

rabbitmq_variable() { echo TEST_AMQP_URL; }

# A node shuts down in an orderly way when it is told to by a signal, without the ten seconds that rabbitmqctl would add.
rabbitmq_signal() { echo TERM; }

# It listens when it is ready, and not before.
rabbitmq_ready() { listening "$(port_of rabbitmq)"; }

rabbitmq_url() {
    # %2f is the virtual host "/".
    echo "amqp://guest:guest@127.0.0.1:$(port_of rabbitmq)/%2f"
}

# The name of the node, which stands in its data: chosen once.
rabbitmq_name() {
    echo "dotcursor-test-$(port_of rabbitmq)@localhost"
}

rabbitmq_make() {
    local folder=$dir/rabbitmq
    as rabbitmq mkdir "$folder/data"
    echo '[].' >"$folder/enabled_plugins"
    cat >"$folder/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$(port_of rabbitmq)
# A test machine may be nearly full; the default limit would block every publisher.
disk_free_limit.absolute = 20MB
log.console.level = warning
CONF
}

rabbitmq_run() {
    local folder=$dir/rabbitmq
    rabbitmq_start_epmd
    rm -f "$folder/pid"
    # RabbitMQ writes its own pid: what we start is a shell around it. The scripts under /usr/sbin would send logs elsewhere.
    launch rabbitmq "$folder/shell_pid" env -i \
        PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$folder" LANG=C.UTF-8 \
        ERL_EPMD_PORT="$(<"$folder/epmd_port")" ERL_EPMD_ADDRESS=127.0.0.1 \
        RABBITMQ_NODENAME="$(rabbitmq_name)" \
        RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT="$(port_of rabbitmq)" \
        RABBITMQ_DIST_PORT="$(<"$folder/distribution_port")" \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}' \
        RABBITMQ_MNESIA_BASE="$folder/data" RABBITMQ_LOG_BASE="$folder" RABBITMQ_LOGS=- \
        RABBITMQ_PID_FILE="$folder/pid" \
        RABBITMQ_ENABLED_PLUGINS_FILE="$folder/enabled_plugins" \
        RABBITMQ_CONFIG_FILE="$folder/rabbitmq.conf" RABBITMQ_CONF_ENV_FILE=/dev/null \
        /usr/lib/rabbitmq/bin/rabbitmq-server
}

# Nodes find each other by epmd. Left alone, a node would start one on the common port, open to the network.
rabbitmq_start_epmd() {
    local folder=$dir/rabbitmq
    [[ -s $folder/distribution_port ]] || free_port >"$folder/distribution_port"
    [[ -s $folder/epmd_port ]] || free_port >"$folder/epmd_port"
    if [[ -s $folder/epmd_pid ]] && alive "$(<"$folder/epmd_pid")"; then
        return
    fi
    launch rabbitmq "$folder/epmd_pid" epmd -address 127.0.0.1 -port "$(<"$folder/epmd_port")"
    until listening "$(<"$folder/epmd_port")"; do
        alive "$(<"$folder/epmd_pid")" || fail "epmd did not start: see $folder/log"
        sleep 0.1
    done
}

# What is left of its session: the shell around it, and a node too young to have written its pid.
rabbitmq_end_session() {
    local file=$dir/rabbitmq/shell_pid
    if [[ -s $file ]] && alive "$(<"$file")"; then
        kill -KILL -- "-$(<"$file")" 2>/dev/null || true
    fi
    rm -f "$file"
}

rabbitmq_end_epmd() {
    local file=$dir/rabbitmq/epmd_pid
    if [[ -s $file ]]; then
        end_process "$(<"$file")" TERM
        rm -f "$file"
    fi
}
