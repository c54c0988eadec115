# minfu: one command each. Everything lands in .venv, node_modules and var (MINFU_HOME).
.DEFAULT_GOAL := help
SHELL := /bin/sh
PY := .venv/bin/python

help:
	@echo "make demo   运行演示县        make up     运行(无演示数据)"
	@echo "make test   全部测试          make check  代码检查"
	@echo "make bench  性能测试          make soak   半小时压力测试"
	@echo "make audit  查依赖的已知漏洞   make install 只安装依赖"
	@echo "make messages 更新译文"

install: ; @tools/setup.sh base web
demo: install ; @exec .venv/bin/minfu demo
up: install ; @exec .venv/bin/minfu up

dev: ; @tools/setup.sh dev web
check: dev ; @tools/check.sh
test: dev ; @tools/setup.sh browser; exec .venv/bin/pytest -n 2 $(ARGS)
bench: dev ; @exec $(PY) -m bench $(ARGS)
audit: dev ; @exec $(PY) -m tools.audit
soak: dev ; @exec $(PY) -m bench.soak $(ARGS)

lock: ; @tools/lock.sh
messages: dev ; @$(PY) tools/messages.py

.PHONY: help install demo up dev check test bench audit soak lock messages
