#include "application/store/testing/engines.h"

#include <fmt/format.h>
#include <stdlib.h>

#include "application/store/testing/postgres_server.h"
#include "base/assert.h"

namespace parley::application::store::testing {

OnEngine::OnEngine() {
  std::string name = "/tmp/parley-store-XXXXXX";
  PARLEY_ASSERT(::mkdtemp(name.data()) != nullptr);
  folder_ = name;
}

OnEngine::~OnEngine() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

const Secret& OnEngine::url() {
  if (url_.empty()) url_ = new_url(GetParam());
  return url_;
}

Secret OnEngine::new_url(Engine engine) {
  if (engine == Engine::postgres) return Secret(PostgresServer::shared().new_database());
  return Secret(fmt::format("sqlite:{}/{}.db", folder_.native(), ++files_));
}

std::unique_ptr<Database> OnEngine::open(const Secret& url) {
  auto opened = Database::open(url);
  if (!opened) {
    ADD_FAILURE() << opened.error().what;
    PARLEY_ASSERT(opened);
  }
  return std::move(*opened);
}

}  // namespace parley::application::store::testing
