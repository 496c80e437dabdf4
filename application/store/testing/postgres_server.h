#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace parley::application::store::testing {

/// A PostgreSQL of the test program's own. Does not survive it, however that ends.
class PostgresServer {
 public:
  /// The one that all tests of this program share, started when first asked for. Aborts with the
  /// reason if it cannot be.
  static PostgresServer& shared();

  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// A new, empty database in it.
  std::string new_database();
  /// SIGKILL to all of its processes, as if the machine had gone; then it is started again.
  void kill_and_restart();

 private:
  std::string url(const std::string& name) const;
  pid_t spawn(const std::string& program, const std::string& arguments) const;
  void start();
  void kill_all();

  std::filesystem::path folder_;
  std::filesystem::path programs_;
  pid_t pid_ = 0;
  int databases_ = 0;
};

}  // namespace parley::application::store::testing
