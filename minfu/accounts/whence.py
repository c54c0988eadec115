"""Where a sign-in came from, said no more exactly than its owner needs to know it again."""

from ipaddress import ip_address, ip_network

#: Words of a browser's own description, the most telling first. Versions and models are not kept.
_BROWSERS = (
    ("wxwork", "企业微信"),
    ("micromessenger", "微信"),
    ("dingtalk", "钉钉"),
    ("edg", "Edge"),
    ("qqbrowser", "QQ浏览器"),
    ("ucbrowser", "UC浏览器"),
    ("firefox", "Firefox"),
    ("opr/", "Opera"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)
_SYSTEMS = (
    ("harmony", "HarmonyOS"),
    ("android", "Android"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("windows", "Windows"),
    ("macintosh", "Mac"),
    ("linux", "Linux"),
)
#: How much of an address is kept (bits): a neighbourhood of the net, not a connection.
_KEPT = {4: 24, 6: 48}


def device(user_agent: str) -> str:
    """Return browser and system by name ("Chrome · Windows"), as far as the description tells; an empty string if not."""
    said = user_agent.lower()
    found = [next((name for word, name in words if word in said), "") for words in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in found if name)


def network(address: str | None) -> str:
    """Return the address without its end ("10.1.2.*", "2001:db8:1::/48"); an empty string for what is no address."""
    try:
        whole = ip_address(address or "")
    except ValueError:
        return ""
    near = ip_network(f"{whole}/{_KEPT[whole.version]}", strict=False)
    return str(near.network_address).rpartition(".")[0] + ".*" if whole.version == 4 else str(near)  # noqa: PLR2004 - IPv4
