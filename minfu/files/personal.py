"""What files hold of residents."""

from django.utils.translation import gettext_lazy as _

from minfu.kernel.personal import Held, Whose, register

register(
    Held(
        model="files.StoredFile",
        columns=("name", "path", "thumbnail"),
        whose=Whose.RESIDENT,
        what=_("您自愿上传的照片和文件"),
        why=_("看清问题在哪里、什么样"),
        basis=_("个人信息保护法第十三条第一款第三项；照片一律自愿"),
        kept=_("与诉求相同"),
        seen_by=_("能看这件诉求的经办单位和您本人"),
        risk=_("照片里有人脸、车牌、门牌"),
        measures=_("去掉拍摄位置等隐藏信息，检查后才能打开，不公开"),
    ),
)
