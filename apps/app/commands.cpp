#include "apps/app/commands.h"

#include <memory>
#include <optional>
#include <utility>

#include "apps/app/backup_command.h"
#include "apps/app/openapi_command.h"
#include "apps/app/user_command.h"
#include "apps/command/exit_codes.h"
#include "apps/wiring/wiring.h"

namespace parley::apps {
namespace {

/// What the options of all commands fill in. Lives as long as they do.
struct Typed {
  std::function<std::optional<Config>()> load;
  int& exit_code;
  std::string data_dir;
  BackupRequest backup;
  UserRequest user;
};
using Shared = std::shared_ptr<Typed>;

/// A command that opens the database.
CLI::App& add(CLI::App& parent, const char* name, const char* help, const Shared& typed,
              std::function<int(const Secret&)> run) {
  CLI::App& command = *parent.add_subcommand(name, help);
  command.fallthrough();  // Keys of the configuration stay flags.
  command.add_option("--data-dir", typed->data_dir, "the one of `parley up`, if it has one");
  command.callback([typed, run = std::move(run)] {
    const auto config = typed->load();
    if (config) typed->backup.files = files_folder(*config, typed->data_dir);
    typed->exit_code = config ? run(database_url(*config, typed->data_dir)) : kExitConfig;
  });
  return command;
}

void add_user_commands(CLI::App& app, const Shared& typed) {
  CLI::App& user = *app.add_subcommand("user", "local accounts");
  user.require_subcommand(1);
  user.fallthrough();
  const auto add_one = [&](const char* name, const char* help,
                           int (*run)(const Secret&, const UserRequest&), bool takes_email) {
    CLI::App& command = add(user, name, help, typed,
                            [typed, run](const Secret& url) { return run(url, typed->user); });
    command.add_option("--tenant", typed->user.tenant, "whose people")->capture_default_str();
    if (takes_email) {
      command.add_option("EMAIL", typed->user.email, "mail address")->required();
    }
    return &command;
  };
  const auto takes_password = [&](CLI::App* command) {
    command->add_flag("--generate", typed->user.generate,
                      "make a password up and print it; else it is asked for, or read from stdin");
  };
  CLI::App* created = add_one("add", "make an account", run_user_add, true);
  created->add_option("--name", typed->user.name,
                      "shown to the others (the mail address's first part)");
  created->add_flag("--admin", typed->user.is_admin, "may administer the tenant");
  takes_password(created);
  add_one("list", "all accounts", run_user_list, false)
      ->add_flag("--json", typed->user.json, "a line of JSON for each");
  add_one("disable", "keep somebody out; ends their sessions", run_user_disable, true);
  add_one("enable", "let somebody in again", run_user_enable, true);
  takes_password(add_one("passwd", "a new password; ends all sessions", run_user_passwd, true));
  add_one("remove-totp", "no more codes, when a phone is lost", run_user_remove_totp, true);
}

}  // namespace

void add_app_commands(CLI::App& app, std::function<std::optional<Config>()> load, int& exit_code) {
  const auto typed = std::make_shared<Typed>(Typed{std::move(load), exit_code, {}, {}, {}});
  CLI::App& backup =
      add(app, "backup", "all rows of the database into one file; others may go on", typed,
          [typed](const Secret& url) { return run_backup(url, typed->backup); });
  backup.add_option("FILE", typed->backup.file, "where to")->required();
  CLI::App& restore =
      add(app, "restore", "a backup's rows into the database, be it SQLite or PostgreSQL", typed,
          [typed](const Secret& url) { return run_restore(url, typed->backup); });
  restore.add_option("FILE", typed->backup.file, "where from")->required();
  restore.add_flag("--replace", typed->backup.replace, "remove what the database holds now");
  for (CLI::App* command : {&backup, &restore}) {
    command->add_flag("--quiet", typed->backup.quiet, "no progress");
  }
  add_user_commands(app, typed);
  app.add_subcommand("openapi", "the OpenAPI document of /api/openapi.json, without a server")
      ->callback([typed] { typed->exit_code = run_openapi(); });
}

}  // namespace parley::apps
