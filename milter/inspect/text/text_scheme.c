/* text_scheme.c - the schemes that make an address of running text: those of the web, and those by
 * which apps for messages, files and calls are opened. */
#include "text_scheme.h"

/* Sorted by name. */
/* clang-format off */
static const struct {
  const char *name;
  SchemeKind kind;
} schemes[] = {
    {"alipay", SCHEME_APP}, {"alipays", SCHEME_APP}, {"anydesk", SCHEME_NUMBER},
    {"baiduyun", SCHEME_APP}, {"baiduyunguanjia", SCHEME_APP}, {"bandapp", SCHEME_APP},
    {"bdpan", SCHEME_APP}, {"botim", SCHEME_APP}, {"callto", SCHEME_NUMBER},
    {"dcaccount", SCHEME_APP}, {"dingtalk", SCHEME_APP}, {"discord", SCHEME_APP},
    {"dropbox", SCHEME_APP}, {"ed2k", SCHEME_APP}, {"element", SCHEME_APP},
    {"facetime", SCHEME_NUMBER}, {"facetime-audio", SCHEME_NUMBER}, {"fb", SCHEME_APP},
    {"fb-messenger", SCHEME_APP}, {"feishu", SCHEME_APP}, {"file", SCHEME_FILE},
    {"ftp", SCHEME_HOST}, {"ftps", SCHEME_HOST}, {"googledrive", SCHEME_APP},
    {"gopher", SCHEME_HOST}, {"http", SCHEME_HOST}, {"https", SCHEME_HOST},
    {"imessage", SCHEME_NUMBER}, {"instagram", SCHEME_APP}, {"intent", SCHEME_APP},
    {"irc", SCHEME_HOST}, {"kakaolink", SCHEME_APP}, {"kakaoopen", SCHEME_APP},
    {"kakaotalk", SCHEME_APP}, {"keybase", SCHEME_APP}, {"kik", SCHEME_APP}, {"lark", SCHEME_APP},
    {"ldap", SCHEME_HOST}, {"line", SCHEME_APP}, {"linemyvoom", SCHEME_APP},
    {"lineworks", SCHEME_APP}, {"lync", SCHEME_APP}, {"magnet", SCHEME_CONTACT},
    {"mailto", SCHEME_MAIL}, {"market", SCHEME_APP}, {"matrix", SCHEME_APP}, {"mega", SCHEME_APP},
    {"mms", SCHEME_NUMBER}, {"mqq", SCHEME_APP}, {"mqqapi", SCHEME_APP},
    {"mqqopensdkapi", SCHEME_APP}, {"mqqwpa", SCHEME_APP}, {"ms-onedrive", SCHEME_APP},
    {"ms-teams", SCHEME_APP}, {"msteams", SCHEME_APP}, {"nntp", SCHEME_HOST},
    {"odopen", SCHEME_APP}, {"onenote", SCHEME_APP}, {"openpgp4fpr", SCHEME_APP},
    {"rustdesk", SCHEME_APP}, {"session", SCHEME_APP}, {"sftp", SCHEME_HOST},
    {"sgnl", SCHEME_APP}, {"signal", SCHEME_APP}, {"simplex", SCHEME_APP},
    {"sinaweibo", SCHEME_APP}, {"sip", SCHEME_CONTACT}, {"sips", SCHEME_CONTACT},
    {"skype", SCHEME_CONTACT}, {"slack", SCHEME_APP}, {"smb", SCHEME_HOST},
    {"sms", SCHEME_NUMBER}, {"smsto", SCHEME_NUMBER}, {"snapchat", SCHEME_APP},
    {"snssdk1128", SCHEME_APP}, {"sslocal", SCHEME_APP}, {"teamviewer10", SCHEME_APP},
    {"tel", SCHEME_NUMBER}, {"telnet", SCHEME_HOST}, {"tencent", SCHEME_APP}, {"tg", SCHEME_APP},
    {"threema", SCHEME_APP}, {"thunder", SCHEME_APP}, {"tim", SCHEME_APP},
    {"tvcontrol1", SCHEME_APP}, {"twitter", SCHEME_APP}, {"viber", SCHEME_APP},
    {"vk", SCHEME_APP}, {"webex", SCHEME_APP}, {"webexteams", SCHEME_APP}, {"wechat", SCHEME_APP},
    {"weixin", SCHEME_APP}, {"weiyun", SCHEME_APP}, {"whatsapp", SCHEME_APP},
    {"whatsapp-consumer", SCHEME_APP}, {"whatsapp-smb", SCHEME_APP}, {"wickr", SCHEME_APP},
    {"wire", SCHEME_APP}, {"ws", SCHEME_HOST}, {"wss", SCHEME_HOST}, {"wxwork", SCHEME_APP},
    {"wxworklocal", SCHEME_APP}, {"xhsdiscover", SCHEME_APP}, {"xmpp", SCHEME_CONTACT},
    {"zalo", SCHEME_APP}, {"zoommtg", SCHEME_APP}, {"zoomus", SCHEME_APP},
};
/* clang-format on */

/* Like strcmp(known, name), of a known name and one of `len` bytes in any case. */
static int
name_compare(const char *known, const unsigned char *name, size_t len)
{
  int order = g_ascii_strncasecmp(known, (const char *)name, len);
  return order != 0 ? order : known[len] != '\0';
}

SchemeKind
scheme_kind(const unsigned char *name, size_t len)
{
  size_t low = 0, high = G_N_ELEMENTS(schemes);
  while (low < high) {
    size_t mid = low + (high - low) / 2;
    int order = name_compare(schemes[mid].name, name, len);
    if (order == 0)
      return schemes[mid].kind;
    if (order < 0)
      low = mid + 1;
    else
      high = mid;
  }
  return SCHEME_NONE;
}
