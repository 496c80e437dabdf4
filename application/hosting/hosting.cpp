#include "application/hosting/hosting.h"

#include <iterator>

#include "application/hosting/lobby.h"
#include "application/hosting/powers.h"
#include "application/hosting/roles.h"
#include "application/hosting/settings.h"

namespace parley::application::hosting {

operation::Operations operations(const Options& options, Random& random) {
  operation::Operations all = settings_operations(options, random);
  for (operation::Operations part : {lobby_operations(), powers_operations(), roles_operations()}) {
    std::ranges::move(part, std::back_inserter(all));
  }
  return all;
}

}  // namespace parley::application::hosting
