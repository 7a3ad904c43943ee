# Redis, which keeps nothing on disk. Sourced by scripts/services.
# shellcheck shell=bash disable=SC2154

redis_variable() { echo TEST_REDIS_URL; }
redis_signal() { echo TERM; }
redis_url() { echo "redis://127.0.0.1:$(port_of redis)/0"; }
redis_ready() { listening "$(port_of redis)"; }
redis_make() { as redis mkdir "$dir/redis/data"; }

redis_run() {
    launch redis "$dir/redis/pid" redis-server --bind 127.0.0.1 --port "$(port_of redis)" --save '' --appendonly no \
        --dir "$dir/redis/data"
}
