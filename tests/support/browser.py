"""Headless Chromium, for pages that the project makes."""

import shutil
from contextlib import contextmanager

import pytest

CHROMIUM = shutil.which('chromium')
DRIVER = shutil.which('chromedriver')

needs_chromium = pytest.mark.skipif(
    not (CHROMIUM and DRIVER),
    reason='no chromium and chromedriver (Debian: chromium, chromium-driver)',
)


@contextmanager
def browser(folder, width=1280, height=900, flags=()):
    """A window of some pixels; what it logs is kept."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        'headless=new',
        'no-sandbox',
        'disable-gpu',
        'disable-dev-shm-usage',
        'no-first-run',
        'disable-background-networking',
        'disable-quic',
        'disable-component-update',
        'disable-sync',
        *flags,
        f'user-data-dir={folder / "profile"}',
    ):
        options.add_argument(f'--{argument}')
    options.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        # A window is 500 pixels wide at least; the page shall not know.
        driver.execute_cdp_cmd(
            'Emulation.setDeviceMetricsOverride',
            dict(
                width=width, height=height, deviceScaleFactor=1, mobile=False
            ),
        )
        yield driver
    finally:
        driver.quit()


def wait_for(driver, script):
    """Until JavaScript is true of the page; 30 s at most."""
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(driver, 30).until(
        lambda driver: driver.execute_script(f'return {script}')
    )
