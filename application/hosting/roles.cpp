#include "application/hosting/roles.h"

#include "application/meetings/custom_roles.h"
#include "application/operation/input.h"

namespace parley::application::hosting {

using access::Capability;
using meetings::CustomRoleEntry;
using meetings::Meeting;
using operation::Answer;
using operation::Call;
using operation::Caller;
using operation::Json;
using operation::Method;
using operation::no_content;
using operation::Outcome;

namespace {

Json view_of(const CustomRoleEntry& entry) {
  Json view = Json::parse(access::to_json(entry.role));
  view["id"] = entry.id;
  view["of"] = entry.meeting.empty() ? "organisation" : "meeting";
  return view;
}

Outcome list_roles(const Call& call, const Meeting* meeting) {
  Json items = Json::array();
  for (const auto& one : custom_roles_of(call.transaction, call.person.tenant, meeting)) {
    items.push_back(view_of(one));
  }
  return Answer{200, {{"items", std::move(items)}, {"next", nullptr}}};
}

Outcome add(const Call& call, const Meeting* meeting) {
  const auto role = access::parse_custom_role(call.body.dump());
  if (!role) {
    const std::string& fault = role.error();
    return operation::bad_input(fault.substr(0, fault.find(':')), fault);
  }
  if (const auto good = operation::check_text("name", role->name, access::CustomRole::kMaxName,
                                              operation::Lines::one);
      !good) {
    return std::unexpected(good.error());
  }
  const auto made =
      add_custom_role(call.transaction, call.person.tenant, meeting, *role, call.random, call.now);
  if (!made) return operation::conflict(std::string(describe(made.error())));
  return Answer{201, view_of(*made)};
}

Outcome take_away(const Call& call, const Meeting* meeting) {
  if (!remove_custom_role(call.transaction, call.person.tenant, meeting, call.id("role"))) {
    return operation::not_found("There is no such role.");
  }
  return no_content();
}

/// The owner from anywhere; others where their role in the meeting allows it.
bool may_define(const Call& call) {
  return call.person.key() == call.meeting.owner || call.can(Capability::change_settings);
}

Outcome list_here(Call& call) {
  if (!may_define(call) && !call.can(Capability::promote)) return operation::forbidden();
  return list_roles(call, &call.meeting);
}

Outcome add_here(Call& call) {
  if (!may_define(call)) return operation::forbidden();
  return add(call, &call.meeting);
}

Outcome take_away_here(Call& call) {
  if (!may_define(call)) return operation::forbidden();
  return take_away(call, &call.meeting);
}

constexpr std::string_view kAdmins = "Only an administrator may do this.";

Outcome add_for_all(Call& call) {
  if (!call.person.is_admin) return operation::forbidden(std::string(kAdmins));
  return add(call, nullptr);
}

Outcome take_away_for_all(Call& call) {
  if (!call.person.is_admin) return operation::forbidden(std::string(kAdmins));
  return take_away(call, nullptr);
}

Json capability_names() {
  Json names = Json::array();
  for (std::size_t i = 0; i < access::kCapabilities; ++i) {
    names.push_back(access::to_string(static_cast<Capability>(i)));
  }
  return {{"type", "string"}, {"enum", std::move(names)}};
}

}  // namespace

std::map<std::string, Json> components() {
  using namespace operation::schema;
  const Json some = list(capability_names(), 0, access::kCapabilities);
  return {
      {"CustomRole", object({{"id", text(1, 64)},
                             {"of", one_of({"organisation", "meeting"})},
                             {"name", text(1, access::CustomRole::kMaxName)},
                             {"base", one_of({"host", "cohost", "speaker", "attendee", "viewer"})},
                             {"more", some},
                             {"fewer", some}})}};
}

operation::Operations roles_operations() {
  using namespace operation::schema;
  const Json some = list(capability_names(), 0, access::kCapabilities);
  const Json definition =
      object({{"name", text(1, access::CustomRole::kMaxName)},
              {"base", one_of({"host", "cohost", "speaker", "attendee", "viewer"})},
              {"more?", some},
              {"fewer?", some}});
  const Json all = object({{"items", list(ref("CustomRole"), 0, 2 * meetings::kMostCustomRoles)},
                           {"next", nullable(text(1, 64))}});
  return {
      {.id = "listRoles",
       .tag = "roles",
       .method = Method::get,
       .path = "/roles",
       .caller = Caller::account,
       .summary = "The roles that were made for all meetings of the organisation.",
       .answer = all,
       .run = [](Call& call) { return list_roles(call, nullptr); }},
      {.id = "createRole",
       .tag = "roles",
       .method = Method::post,
       .path = "/roles",
       .caller = Caller::account,
       .summary = "Makes a role for all meetings of the organisation. For administrators.",
       .body = definition,
       .answer = ref("CustomRole"),
       .success = 201,
       .run = add_for_all},
      {.id = "deleteRole",
       .tag = "roles",
       .method = Method::remove,
       .path = "/roles/{role}",
       .caller = Caller::account,
       .summary = "Gives it to nobody any more; who has it keeps it for as long as the meeting is "
                  "on. For administrators.",
       .success = 204,
       .run = take_away_for_all},
      {.id = "listMeetingRoles",
       .tag = "roles",
       .method = Method::get,
       .path = "/meetings/{link}/roles",
       .caller = Caller::person,
       .summary =
           "The made roles that can be given here: the organisation's and the meeting's own.",
       .answer = all,
       .run = list_here},
      {.id = "createMeetingRole",
       .tag = "roles",
       .method = Method::post,
       .path = "/meetings/{link}/roles",
       .caller = Caller::person,
       .summary = "Makes a role for this meeting: one of ours with more and fewer capabilities.",
       .body = definition,
       .answer = ref("CustomRole"),
       .success = 201,
       .run = add_here},
      {.id = "deleteMeetingRole",
       .tag = "roles",
       .method = Method::remove,
       .path = "/meetings/{link}/roles/{role}",
       .caller = Caller::person,
       .summary = "Gives it to nobody any more; who has it keeps it for as long as the meeting is "
                  "on.",
       .success = 204,
       .run = take_away_here},
  };
}

}  // namespace parley::application::hosting
