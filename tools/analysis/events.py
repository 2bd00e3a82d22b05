from rtfm_mmaction.cli.events import main

if __name__ == '__main__':
    main()
