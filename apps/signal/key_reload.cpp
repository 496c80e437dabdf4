#include "apps/signal/key_reload.h"

#include <utility>

namespace parley::apps {

KeyReload::KeyReload(Load load, std::vector<std::filesystem::path> files, signaling::KeyRing& keys,
                     signaling::Metrics& metrics, const observability::Log& log)
    : load_(std::move(load)),
      watch_(files),
      files_(std::move(files)),
      keys_(keys),
      metrics_(metrics),
      log_(log) {
  metrics_.keys.set(static_cast<std::int64_t>(keys_.size()));
}

void KeyReload::check() {
  if (!watch_.changed()) return;
  auto loaded = load_();
  if (!loaded) {
    metrics_.key_reloads_failed.add();
    for (const std::string& error : loaded.error()) {
      log_.error("the new configuration is not used, the old keys stay", {{"why", error}});
    }
    return;
  }
  // It may name another key file now.
  if (loaded->files != files_) {
    files_ = std::move(loaded->files);
    watch_ = runtime::FileWatch(files_);
  }
  signaling::KeyRing fresh(loaded->config.keys);
  if (fresh == keys_) return;
  keys_.replace(std::move(loaded->config.keys));
  metrics_.key_reloads.add();
  metrics_.keys.set(static_cast<std::int64_t>(keys_.size()));
  log_.info("API keys were read again", {{"keys", keys_.size()}});
}

}  // namespace parley::apps
