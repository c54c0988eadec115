// The few sentences that scripts say, by the language of the page.
const all = {
  "zh-hans": {
    noSignal: "没有信号，这一步要有信号才能做。", kept: "没有信号：已存在这部手机上，有信号时自动发送。", signIn: "没有被接收：请刷新页面或重新登录，再点“重新发送”。", drop: "删除", dropSure: "真的删除？再点一次",
    close: "关闭", notSent: "没有发送成功，请检查网络后再点一次。", restored: "已恢复未提交的内容。", discard: "清空重填",
    keys: "键盘快捷键", send: "发送正在填的表", tick: "勾选", down: "下一条", up: "上一条", open: "打开", search: "查找", help: "显示本说明", go: "前往：",
    pickMany: "拍照或选文件", pickOne: "选文件", takeOut: "去掉", failed: "没有成功，请刷新页面后再试；已填写的内容保存在本机。",
    typeToFind: "输入几个字查找", choices: "可选项", notFound: "没有找到，换个词试试",
  },
  "zh-hant": {
    noSignal: "沒有訊號，這一步要有訊號才能做。", kept: "沒有訊號：已存在這部手機上，有訊號時自動傳送。", signIn: "沒有被接收：請重新整理頁面或重新登入，再點「重新傳送」。", drop: "刪除", dropSure: "真的刪除？再點一次",
    close: "關閉", notSent: "沒有傳送成功，請檢查網路後再點一次。", restored: "已恢復未提交的內容。", discard: "清空重填",
    keys: "鍵盤快捷鍵", send: "傳送正在填的表", tick: "勾選", down: "下一條", up: "上一條", open: "打開", search: "查找", help: "顯示本說明", go: "前往：",
    pickMany: "拍照或選檔案", pickOne: "選檔案", takeOut: "去掉", failed: "沒有成功，請重新整理頁面後再試；已填寫的內容保存在本機。",
    typeToFind: "輸入幾個字查找", choices: "可選項", notFound: "沒有找到，換個詞試試",
  },
  en: {
    noSignal: "No signal: this step needs one.", kept: "No signal: kept on this phone, sent when the signal is back.", signIn: "Not accepted: reload or sign in again, then press “send again”.", drop: "Delete", dropSure: "Really delete? Press again",
    close: "Close", notSent: "Not sent. Check the network and press again.", restored: "What you had typed was restored.", discard: "Start afresh",
    keys: "Keyboard shortcuts", send: "Send the form", tick: "Tick", down: "Next", up: "Previous", open: "Open", search: "Search", help: "Show this help", go: "Go to: ",
    pickMany: "Take a photo or choose files", pickOne: "Choose a file", takeOut: "Take out", failed: "That did not work. Reload the page and try again; what you typed is kept here.",
    typeToFind: "Type to find", choices: "Choices", notFound: "Nothing found, try another word",
  },
};

/** Returns a sentence in the page's language, Simplified Chinese when there is none. */
export function texts(key) {
  const language = document.documentElement.lang.toLowerCase();
  return (all[language] ?? all["zh-hans"])[key];
}
